/** One installation for all tests of a file: started before them, removed after them, its chats kept to be read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  Installation,
  startInternet,
  type InstallationOptions,
  type Internet,
  type InternetOptions,
} from '../kit/installation.js';

export interface Installed {
  readonly internet: Internet;
  readonly ara: Installation;
}

/** Where the chats of the last run lie, as a person would have read them. */
const TRANSCRIPTS = join(tmpdir(), 'ara-transcripts');

export function installed(options: InstallationOptions & InternetOptions): Installed {
  let internet: Internet | undefined;
  let ara: Installation | undefined;

  beforeAll(async () => {
    internet = await startInternet(options);
    ara = new Installation(internet, options);
    await ara.start();
  });

  afterAll(async () => {
    if (internet) keepTranscripts(internet);
    await ara?.remove();
    await internet?.stop();
  });

  return {
    get internet() {
      if (!internet) throw new Error('not started');
      return internet;
    },
    get ara() {
      if (!ara) throw new Error('not started');
      return ara;
    },
  };
}

function keepTranscripts({ telegram }: Internet): void {
  const { testPath = 'unknown' } = expect.getState();
  mkdirSync(TRANSCRIPTS, { recursive: true });
  writeFileSync(join(TRANSCRIPTS, `${basename(testPath, '.e2e.ts')}.txt`), telegram.transcripts());
}
