export const AssistantPage = () => <p>AssistantPage</p>;
