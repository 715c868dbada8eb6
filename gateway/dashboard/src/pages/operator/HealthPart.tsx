export const HealthPart = () => <p>HealthPart</p>;
