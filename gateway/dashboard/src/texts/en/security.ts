export const security = {}; export const audit = {};
