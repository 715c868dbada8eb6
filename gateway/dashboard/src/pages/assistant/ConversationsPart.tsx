export const ConversationsPart = () => <p>ConversationsPart</p>;
