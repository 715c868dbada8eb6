/** The plan: for each kind of deletion its steps, in order. A table with rows of accounts that no step names fails a test. */
import type { DeletionKind } from '../../../contracts/deletion.js';
import { rowsOf } from '../sign-in/rows.js';
import type { AccountTable, Step } from './step.js';
import { clearRooms, container, farewell, leave, noteClearing } from './steps/container.js';
import { hygiene } from './steps/hygiene.js';
import { logs } from './steps/logs.js';
import { queue } from './steps/queue.js';
import { rowStep, table } from './steps/rows.js';

const tombstone: Step = {
  name: 'tombstone',
  about: 'A keyed hash of the account is kept, so that no backup brings it back',
  run({ account }, { tombstones }) {
    tombstones.add(account);
    return Promise.resolve({ removed: {} });
  },
};

const sessions = rowStep({
  name: 'sessions',
  about: 'Every browser is signed out, and nobody signs in any more',
  tables: [table('sessions')],
});

const records = rowStep({
  name: 'records',
  about: 'Channels, the key of the container, its wake-up time, and where its data went',
  tables: [table('channels'), table('containers'), table('egress_ledger'), table('stopped_hosts')],
  then({ account }, { records: containers, ledger, allowlist }) {
    containers.forget(account);
    ledger.forget(account);
    allowlist.changed(account);
  },
});

const keys = rowStep({
  name: 'keys',
  about: 'API keys, and when they were used',
  tables: [table('api_keys'), table('key_uses'), table('key_use_heads')],
});

const accesses = rowStep({
  name: 'accesses',
  about: 'When the operator looked into the data of the account, and why',
  tables: [table('operator_accesses')],
});

const figures = rowStep({ name: 'usage', about: 'Usage history', tables: [table('usage_figures')] });

const signIn = rowStep({
  name: 'sign-in',
  about: 'Passkeys, password, second factor, recovery codes, invitations and links to other sign-ins',
  tables: [
    table('passwords'),
    table('passkeys'),
    table('authenticators'),
    table('recovery_codes'),
    table('ceremonies'),
    table('invitations'),
    table('organisation_identities'),
    table('sessions'),
  ],
  async then({ account }, { limits, database }) {
    const [row] = await rowsOf<{ name: string }>(database, 'SELECT name FROM accounts WHERE id = $1', [
      account,
    ]);
    await limits.forgetAccount(account, row?.name ?? null);
  },
});

/** Who did something stays known as somebody: the same one in every line, and nobody can tell who. */
const audit: Step = {
  name: 'audit',
  about: 'Entries of the audit trail keep a keyed hash in the place of the account',
  tables: [table('audit_trail', 'account'), table('audit_trail', 'by_account')],
  sweeps: true,
  async run({ account, subject }, { database }) {
    const changed = await rowsOf(
      database,
      `UPDATE audit_trail SET
         by_subject = CASE WHEN by_account = $1 THEN $2 ELSE by_subject END,
         subject = CASE WHEN account = $1 THEN $2 ELSE subject END,
         by_account = nullif(by_account, $1), account = nullif(account, $1)
       WHERE by_account = $1 OR account = $1 RETURNING 1`,
      [account, subject],
    );
    return { removed: { 'entries made nameless': changed.length } };
  },
};

const dataKey = rowStep({
  name: 'data-key',
  about: 'The key that everything sealed of the account was sealed with: copies of it are noise from now on',
  tables: [table('keystore.data_keys')],
});

const account = rowStep({
  name: 'account',
  about: 'The account itself: name, e-mail address, role',
  tables: [table('accounts', 'id')],
  then({ account: id }, { accounts }) {
    accounts.forget(id);
  },
});

/** The record of the deletions themselves: those that are over say who it was until the account is deleted. */
const deletions: Step = {
  name: 'receipts',
  about: 'Earlier receipts keep a keyed hash in the place of the account',
  tables: [table('deletions')],
  sweeps: true,
  async run({ account: id }, { database }) {
    const changed = await rowsOf(
      database,
      'UPDATE deletions SET account_id = NULL WHERE account_id = $1 AND finished_at IS NOT NULL RETURNING 1',
      [id],
    );
    return { removed: { 'receipts made nameless': changed.length } };
  },
};

const ofContainer: readonly Step[] = [farewell, leave, container, queue, records];
const ofAccount: readonly Step[] = [
  tombstone,
  sessions,
  ...ofContainer,
  keys,
  figures,
  accesses,
  signIn,
  audit,
  dataKey,
  deletions,
  account,
  logs,
];

const tablesOf = (steps: readonly Step[]): AccountTable[] => steps.flatMap(({ tables = [] }) => tables);

export const plan: Record<DeletionKind, readonly Step[]> = {
  memory: [noteClearing, clearRooms, queue, hygiene([])],
  container: [...ofContainer, hygiene(tablesOf(ofContainer))],
  account: [...ofAccount, hygiene(tablesOf(ofAccount))],
};

/** Where rows of an account must be none once a deletion of that kind is over. */
export const emptied: Record<DeletionKind, readonly AccountTable[]> = {
  memory: [],
  container: tablesOf(ofContainer),
  account: tablesOf(ofAccount),
};
