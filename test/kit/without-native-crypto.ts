/**
 * matrix-bot-sdk loads a native crypto module as soon as it is loaded, and that is downloaded by an install script. Ara makes
 * its own crypto machines: to matrix-bot-sdk the module is nothing, as it is in the bundle of the rooms.
 */
import { registerHooks } from 'node:module';

const NOTHING = 'nothing:crypto';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@matrix-org/matrix-sdk-crypto-nodejs' && context.parentURL?.includes('/matrix-bot-sdk/')
      ? { url: NOTHING, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === NOTHING ? { format: 'commonjs', source: '', shortCircuit: true } : next(url, context),
});
