export const ContainersPart = () => <p>ContainersPart</p>;
