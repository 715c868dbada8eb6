/** Types of setup.mjs, which is plain JavaScript because it runs before anything is installed. */
/** @throws Error that says what is missing */
export function setUp(): Promise<void>;
