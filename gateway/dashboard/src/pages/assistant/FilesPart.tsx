export const FilesPart = () => <p>FilesPart</p>;
