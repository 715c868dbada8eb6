/** Types of python.mjs, which is plain JavaScript as the run of the tests is. */
type Environment = 'matrix' | 'small-model';
/** The interpreter of an environment. */
export function pythonOf(name: Environment): string;
/** @throws Error with what went wrong */
export function makeEnvironment(name: Environment): Promise<void>;
