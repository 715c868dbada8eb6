export const SettingsPart = () => <p>SettingsPart</p>;
