/** A look into the person's container, as the agent room's own user. */
import { AGENT, inside } from '../../test/kit/inside.js';
import type { Stage } from './stage.js';

export const readMemory = ({ ara, person }: Stage): Promise<string> =>
  inside<string>(
    ara.container(person),
    AGENT,
    `const { existsSync, readFileSync } = require('fs');
     const file = '/data/agent/memory/MEMORY.md';
     return existsSync(file) ? readFileSync(file, 'utf8') : '';`,
  );

/** Whether any file of the agent room holds these bytes. */
export const liesInside = ({ ara, person }: Stage, words: string): Promise<boolean> =>
  inside<boolean>(
    ara.container(person),
    AGENT,
    `const { readdirSync, readFileSync } = require('fs');
     return readdirSync('/data/agent', { recursive: true, withFileTypes: true })
       .filter((entry) => entry.isFile())
       .some((entry) => readFileSync(entry.parentPath + '/' + entry.name).includes(${JSON.stringify(words)}));`,
  );
