/** Makes a certificate authority and one server certificate for the hosts that the fakes stand in for. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';

export interface TestCertificates {
  /** PEM of the authority, for a client's `ca` option. */
  ca: string;
  cert: string;
  key: string;
  /** The authority as a file, for `NODE_EXTRA_CA_CERTS` of a child process; gone when this process ends. */
  caFile: string;
}

const HOSTS = [
  'api.telegram.org',
  'api.anthropic.com',
  'api.openai.com',
  'generativelanguage.googleapis.com',
  'models.example.net',
  'web.whatsapp.com',
  'mmg.whatsapp.net',
  'matrix.example.org',
  'chat.example.org',
  'localhost',
];

let made: Promise<TestCertificates> | undefined;

/** The same certificates for everyone in this process; the first call makes them. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= makeCertificates();
  return made;
}

/** Makes this process's own clients trust the fakes, `fetch` among them. */
export async function trustTestCertificates(): Promise<TestCertificates> {
  const certificates = await testCertificates();
  setDefaultCACertificates([...getCACertificates('default'), certificates.ca]);
  return certificates;
}

async function makeCertificates(): Promise<TestCertificates> {
  const folder = join(tmpdir(), 'ara-test-certificates', String(process.pid));
  await mkdir(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const run = promisify(execFile);
  const openssl = (...parameters: string[]) => run('openssl', parameters, { cwd: folder });
  // P-256 rather than RSA: keys are made in a millisecond and handshakes stay out of the measurements.
  const newKey = (file: string) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file);

  const names = [...HOSTS.map((host) => `DNS:${host}`), 'IP:127.0.0.1'].join(',');
  await Promise.all([
    newKey('ca.key'),
    newKey('server.key'),
    writeFile(join(folder, 'ca.conf'), caConfiguration),
    writeFile(join(folder, 'server.conf'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`),
  ]);
  await Promise.all([
    openssl('req', '-x509', '-new', '-key', 'ca.key', '-config', 'ca.conf', '-days', '2', '-out', 'ca.pem'),
    openssl(
      'req',
      '-new',
      '-key',
      'server.key',
      '-config',
      'ca.conf',
      '-subj',
      '/CN=localhost',
      '-out',
      'csr',
    ),
  ]);
  const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '1'];
  await openssl(
    'x509',
    '-req',
    '-in',
    'csr',
    ...authority,
    '-days',
    '2',
    '-extfile',
    'server.conf',
    '-out',
    'pem',
  );

  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('pem'), read('server.key')]);
  return { ca, cert, key, caFile: join(folder, 'ca.pem') };
}

// Written out so that the machine's own openssl.cnf has no say.
const caConfiguration = `[req]
distinguished_name=name
x509_extensions=authority
prompt=no
[name]
CN=Ara test authority
[authority]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
`;
