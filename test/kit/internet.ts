/** The outside world of a test, on loopback: the fakes of the platforms and of the model providers, over real TLS. */
import { startFakeAnthropic, type FakeAnthropic } from './anthropic.js';
import { testCertificates, type TestCertificates } from './certificates.js';
import { startFakeCompatible, type FakeCompatible } from './compatible.js';
import { startFakeGoogle, type FakeGoogle } from './google.js';
import { startFakeOpenAI, type FakeOpenAI } from './openai.js';
import { startFakeTelegram, type FakeTelegram } from './telegram.js';

export interface Internet {
  certificates: TestCertificates;
  telegram: FakeTelegram;
  anthropic: FakeAnthropic;
  openai: FakeOpenAI;
  google: FakeGoogle;
  /** At `models.example.net`. */
  compatible: FakeCompatible;
  stop(): Promise<void>;
}

/** The outside world, on loopback: what Ara reaches by its real host names, over real TLS. */
export async function startInternet(): Promise<Internet> {
  const certificates = await testCertificates();
  const [telegram, anthropic, openai, google, compatible] = await Promise.all([
    startFakeTelegram({ tls: certificates, webhookCa: certificates.ca }),
    startFakeAnthropic({ tls: certificates }),
    startFakeOpenAI({ tls: certificates }),
    startFakeGoogle({ tls: certificates }),
    startFakeCompatible({ tls: certificates }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([telegram, anthropic, openai, google, compatible].map((fake) => fake.stop()));
  };
  return { certificates, telegram, anthropic, openai, google, compatible, stop };
}
