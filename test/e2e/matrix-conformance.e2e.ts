/** The bridge to Matrix against a real homeserver, with a client of another hand on the other side: plain rooms and encrypted ones. */
import { afterAll, beforeAll, describe } from 'vitest';
import { bridgeConformance } from '../../bridges/conformance.js';
import {
  conformancePlatform,
  machinesHere,
  startHomeserver,
  type Homeserver,
} from '../../bridges/matrix/test-rig.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';

let home: Homeserver;

beforeAll(async () => {
  home = await startHomeserver();
}, SYNAPSE_STARTS_WITHIN);
afterAll(() => home.stop());

describe('in a plain room', () => {
  bridgeConformance('matrix', () => conformancePlatform(home, { mode: 'off' }));
});

describe.each(machinesHere())('in an encrypted room, by %s,', (machine) => {
  bridgeConformance('matrix', () =>
    conformancePlatform(home, { mode: 'on', encrypted: true, options: { machine } }),
  );
});
