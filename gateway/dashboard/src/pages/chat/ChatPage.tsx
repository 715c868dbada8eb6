export const ChatPage = () => <p>ChatPage</p>;
