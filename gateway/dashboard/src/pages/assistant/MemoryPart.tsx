export const MemoryPart = () => <p>MemoryPart</p>;
