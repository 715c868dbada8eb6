/** The outside world of a test, on loopback: the fakes of the platforms and of the model providers, over real TLS. */
import { startFakeAnthropic, type FakeAnthropic } from './anthropic.js';
import { testCertificates, type TestCertificates } from './certificates.js';
import { startFakeOpenAI, type FakeOpenAI } from './openai.js';
import { startFakeTelegram, type FakeTelegram } from './telegram.js';

export interface Internet {
  certificates: TestCertificates;
  telegram: FakeTelegram;
  anthropic: FakeAnthropic;
  openai: FakeOpenAI;
  stop(): Promise<void>;
}

/** The outside world, on loopback: what Ara reaches by its real host names, over real TLS. */
export async function startInternet(): Promise<Internet> {
  const certificates = await testCertificates();
  const [telegram, anthropic, openai] = await Promise.all([
    startFakeTelegram({ tls: certificates, webhookCa: certificates.ca }),
    startFakeAnthropic({ tls: certificates }),
    startFakeOpenAI({ tls: certificates }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([telegram.stop(), anthropic.stop(), openai.stop()]);
  };
  return { certificates, telegram, anthropic, openai, stop };
}
