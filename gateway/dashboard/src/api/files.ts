/** Where the bytes of a file of the workspace are: to link to, and to put there. */
export const addressOf = (path: string): string => `/v1/me/file?path=${encodeURIComponent(path)}`;
