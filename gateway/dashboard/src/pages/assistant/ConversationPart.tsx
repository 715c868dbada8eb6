export const ConversationPart = () => <p>ConversationPart</p>;
