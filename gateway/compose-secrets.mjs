/** `npm run compose:secrets`: makes the secret files that docker-compose.yml mounts, once, readable only by the service that needs each. */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = join(repository, '.ara/secrets');
const SOCKET = '/var/run/docker.sock';

/** User ids inside the containers: of the public database images, and of gateway/Dockerfile. */
const DATABASE = 999;
const GATEWAY = 10003;

if (process.getuid?.() !== 0) {
  console.error(
    'Each file is to belong to the user of its service, which only root can arrange: sudo npm run compose:secrets',
  );
  process.exit(1);
}
mkdirSync(folder, { recursive: true, mode: 0o700 });
chmodSync(folder, 0o700);

const password = () => randomBytes(32).toString('base64url');

/** An existing secret stays: a database already knows it, and stored keys are wrapped with it. */
function keep(name, owner, make) {
  const file = join(folder, name);
  const isNew = !existsSync(file);
  if (isNew) writeFileSync(file, make(), { mode: 0o400, flag: 'wx' });
  chownSync(file, owner, owner);
  chmodSync(file, 0o400);
  console.log(`  ${name}: ${isNew ? 'made' : 'kept'}`);
  return readFileSync(file, 'utf8');
}

const database = keep('database-password', GATEWAY, password);
keep('postgres-password', DATABASE, () => database);
const queue = keep('queue-password', GATEWAY, password);
// The gateway's user may do what the queue needs; `health` may only ask whether Redis answers; nobody else gets in.
keep('redis-users', DATABASE, () =>
  [
    // The user of a connection that names none: the gateway.
    `user default on #${createHash('sha256').update(queue).digest('hex')} ~* &* +@all -@admin -@dangerous +info +client +bgrewriteaof`,
    'user health on nopass resetkeys resetchannels -@all +ping',
    '',
  ].join('\n'),
);
for (const name of ['key-encryption-key', 'operator-token', 'gateway-key', 'receipt-key']) {
  keep(name, GATEWAY, () => randomBytes(32).toString('hex'));
}

// The engine's socket belongs to a group whose number differs from host to host.
const group = existsSync(SOCKET) ? statSync(SOCKET).gid : 0;
writeFileSync(
  join(repository, '.env'),
  `# Made by npm run compose:secrets; holds no secret.\nDOCKER_GROUP=${group}\n`,
);
console.log(`  .env: the engine's group is ${group}`);
console.log(
  `Keep a copy of ${join(folder, 'key-encryption-key')} in a safe place, apart from any backup of the database.`,
);
