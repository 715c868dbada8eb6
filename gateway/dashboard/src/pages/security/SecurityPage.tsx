export const SecurityPage = () => <p>SecurityPage</p>;
