/** The outside world of a test, on loopback: the fakes of the platforms and of the model providers, over real TLS. */
import { startFakeAnthropic, type FakeAnthropic } from './models/anthropic.js';
import { testCertificates, type TestCertificates } from './certificates.js';
import { startFakeCompatible, type FakeCompatible } from './models/compatible.js';
import { startFakeGoogle, type FakeGoogle } from './models/google.js';
import { MatrixPeople } from './matrix/matrix-people.js';
import { startFakeOpenAI, type FakeOpenAI } from './models/openai.js';
import { startSynapse, type Synapse } from './matrix/synapse.js';
import { startFakeTelegram, type FakeTelegram } from './telegram/telegram.js';
import { FakeWhatsApp } from './whatsapp/server.js';

/** Where the homeserver is, and a name of its that says so. */
export const MATRIX_HOST = 'matrix.example.org';
export const MATRIX_NAME = 'chat.example.org';

/** What is started only when it is asked for. */
export interface InternetOptions {
  whatsapp?: boolean;
  matrix?: boolean;
}

export interface Internet {
  certificates: TestCertificates;
  telegram: FakeTelegram;
  anthropic: FakeAnthropic;
  openai: FakeOpenAI;
  google: FakeGoogle;
  /** At `models.example.net`. */
  compatible: FakeCompatible;
  /** @throws Error unless it was asked for */
  readonly whatsapp: FakeWhatsApp;
  /** At `MATRIX_HOST`. @throws Error unless it was asked for */
  readonly matrix: { synapse: Synapse; people: MatrixPeople };
  /** Where each host is: `address:port`. */
  hosts: Record<string, string>;
  /** PEM of whom a client has to trust. */
  trust: string;
  stop(): Promise<void>;
}

/** The outside world, on loopback: what Ara reaches by its real host names, over real TLS. */
export async function startInternet(options: InternetOptions = {}): Promise<Internet> {
  const certificates = await testCertificates();
  const [telegram, anthropic, openai, google, compatible, whatsapp, matrix] = await Promise.all([
    startFakeTelegram({ tls: certificates, webhookCa: certificates.ca }),
    startFakeAnthropic({ tls: certificates }),
    startFakeOpenAI({ tls: certificates }),
    startFakeGoogle({ tls: certificates }),
    startFakeCompatible({ tls: certificates }),
    options.whatsapp ? startWhatsApp(certificates) : null,
    options.matrix ? startMatrix(certificates) : null,
  ]);
  const ports: [string, number][] = [
    ['api.telegram.org', telegram.port],
    ['api.anthropic.com', anthropic.port],
    ['api.openai.com', openai.port],
    ['generativelanguage.googleapis.com', google.port],
    ['models.example.net', compatible.port],
  ];
  if (whatsapp)
    ports.push(['web.whatsapp.com', whatsapp.listensAt], ['mmg.whatsapp.net', whatsapp.listensAt]);
  if (matrix) ports.push([MATRIX_HOST, matrix.synapse.port], [MATRIX_NAME, matrix.synapse.port]);
  return {
    ...{ certificates, telegram, anthropic, openai, google, compatible },
    get whatsapp() {
      return there(whatsapp);
    },
    get matrix() {
      return there(matrix);
    },
    hosts: Object.fromEntries(ports.map(([host, port]) => [host, `127.0.0.1:${port}`])),
    trust: certificates.ca + (whatsapp?.root ?? ''),
    stop: async () => {
      await Promise.all([telegram, anthropic, openai, google, compatible].map((fake) => fake.stop()));
      await Promise.all([whatsapp?.stop(), matrix?.people.stop(), matrix?.synapse.stop()]);
    },
  };
}

async function startWhatsApp(tls: TestCertificates): Promise<FakeWhatsApp> {
  const whatsapp = new FakeWhatsApp(tls, 'mmg.whatsapp.net');
  await whatsapp.start();
  return whatsapp;
}

async function startMatrix(tls: TestCertificates): Promise<{ synapse: Synapse; people: MatrixPeople }> {
  const synapse = await startSynapse({ tls, publicUrl: `https://${MATRIX_HOST}/` });
  return { synapse, people: await MatrixPeople.start(synapse.innerUrl) };
}

function there<T>(fake: T | null): T {
  if (!fake) throw new Error('this test has not asked for it');
  return fake;
}
