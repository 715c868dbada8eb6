/** Types of setup.mjs, which is plain JavaScript because it runs before anything is installed. */
/** @throws Error that says what is missing */
export function setUp(): Promise<void>;
/** @throws Error that says what is missing, where it cannot be installed */
export function installDebianPackages(missing: readonly string[], packages: readonly string[]): void;
