/** The installation that is measured: as its users have it, each with an encrypted disk where the machine can. */
import { Installation, type InstallationOptions, type Internet } from '../test/kit/installation.js';

export function ordinary(
  internet: Internet,
  { settings = {}, ...options }: Omit<InstallationOptions, 'runtime'> = {},
): Installation {
  const containers = { storage: 'auto', ...settings['containers'] };
  return new Installation(internet, { runtime: 'docker', ...options, settings: { ...settings, containers } });
}
