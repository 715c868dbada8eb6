export const OperatorPage = () => <p>OperatorPage</p>;
