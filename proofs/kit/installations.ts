/** Installations for proofs: started here, and sure to be gone at the end. */
import {
  Installation,
  startInternet,
  type InstallationOptions,
  type Internet,
  type InternetOptions,
} from '../../test/kit/installation.js';
import type { Report } from '../proof.js';

export async function anInternet(report: Report, options: InternetOptions = {}): Promise<Internet> {
  const internet = await startInternet(options);
  report.later(() => internet.stop());
  return internet;
}

/** An Ara with users in Docker containers, ready to be used. */
export async function anInstallation(
  report: Report,
  internet: Internet,
  options: Omit<InstallationOptions, 'runtime'> = {},
): Promise<Installation> {
  const ara = new Installation(internet, { runtime: 'docker', ...options });
  report.later(() => ara.remove());
  await ara.start();
  return ara;
}
