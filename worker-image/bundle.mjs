/** Bundles the two rooms to dist/rooms: one file each, and chunks for what is imported only when it is used. */
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * What matrix-bot-sdk loads and the Matrix bridge never calls: servers, databases, another HTTP client, and a native crypto
 * module of its own. The bridge makes its own requests, and its own crypto machines.
 */
const UNUSED_BY_MATRIX =
  /^(request|express|postgres|lowdb|lowdb\/.*|morgan|chalk|sanitize-html|html-to-text|@matrix-org\/matrix-sdk-crypto-nodejs)$/;
const WASM = 'pkg/matrix_sdk_crypto_wasm_bg.wasm';
const NATIVE = 'node_modules/@matrix-org/matrix-sdk-crypto-nodejs';

/**
 * What a room costs in memory is a promise, and two imports cost more than they give. An ES import of node:http reads
 * every export of it, and one of those loads undici (13 MB). grammY carries node-fetch and debug, which the Telegram bridge
 * replaces by its own requests.
 */
const lean = {
  name: 'lean',
  setup(build) {
    build.onResolve({ filter: /^node:https?$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `const module = process.getBuiltinModule('${path}');
        export const request = module.request, Agent = module.Agent, createServer = module.createServer;`,
    }));
    build.onResolve({ filter: /^(node-fetch|debug)$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onResolve({ filter: UNUSED_BY_MATRIX }, ({ path, importer }) =>
      importer.includes('/matrix-bot-sdk/') ? { path, namespace: 'unused' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'const quiet = () => () => undefined; module.exports = { debug: quiet, default: quiet };',
    }));
  },
};

/** Gives the folder that it wrote. The names of chunks carry their content's hash: the same sources give the same files. */
export async function bundleRooms(outdir = join(repository, 'dist/rooms')) {
  const { build } = await import('esbuild');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: repository,
    entryPoints: {
      bridge: 'worker-image/rooms/bridge/main.ts',
      agent: 'worker-image/rooms/agent/main.ts',
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Prefer the ES module of a package that ships both: only that can be taken apart.
    mainFields: ['module', 'main'],
    minify: true,
    // Names of classes and functions appear in error codes and in checks of libraries.
    keepNames: true,
    legalComments: 'linked',
    // A CommonJS dependency asks for `require` of Node's own modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [lean],
    logLevel: 'silent',
  });
  // Read when encryption is first wanted, from beside the chunk that wants it.
  mkdirSync(join(outdir, dirname(WASM)));
  copyFileSync(join(repository, 'node_modules/@matrix-org/matrix-sdk-crypto-wasm', WASM), join(outdir, WASM));
  copyNativeCrypto(outdir);
  return outdir;
}

/** The native crypto library, where it is here with a binary for the image: an install script gets it, or does not. */
function copyNativeCrypto(outdir) {
  const binary = `matrix-sdk-crypto.linux-${process.arch}-gnu.node`;
  if (!existsSync(join(repository, NATIVE, binary))) return;
  mkdirSync(join(outdir, NATIVE), { recursive: true });
  for (const name of ['package.json', 'index.js', binary])
    copyFileSync(join(repository, NATIVE, name), join(outdir, NATIVE, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const outdir = await bundleRooms();
    for (const room of ['bridge', 'agent']) {
      console.log(`  ${room}.mjs ${Math.round(statSync(join(outdir, `${room}.mjs`)).size / 1000)} kB`);
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
