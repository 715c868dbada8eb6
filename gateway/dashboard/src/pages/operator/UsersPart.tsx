export const UsersPart = () => <p>UsersPart</p>;
