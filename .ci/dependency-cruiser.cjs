/** Which room may know which: imports flow one way. Each rule says why. */
const tests = '(\\.test|\\.e2e|test-rig|conformance|recording-host)\\.tsx?$';

const rule = (name, comment, from, to) => ({
  name,
  severity: 'error',
  comment,
  from: { pathNot: tests, ...from },
  to,
});

/** A package that only one place may import. */
const only = (name, module, place, comment) =>
  rule(name, comment, { pathNot: `(${place})|${tests}` }, { path: `node_modules/${module}/` });

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no direction to read it in.',
      from: {},
      to: { circular: true },
    },
    rule(
      'contracts-know-nobody',
      'Every room speaks them, so they depend on none.',
      { path: '^contracts/' },
      { path: '^(bridges|config|gateway|worker-image)/' },
    ),
    rule(
      'config-knows-nobody',
      'Settings are read before anything else.',
      { path: '^config/' },
      { path: '^(bridges|contracts|gateway|worker-image)/' },
    ),
    rule(
      'bridges-know-contracts',
      'A bridge runs in any room that hosts it.',
      { path: '^bridges/' },
      { path: '^(config|gateway|worker-image)/' },
    ),
    rule(
      'one-bridge-per-folder',
      'A channel can be removed by deleting its folder.',
      { path: '^bridges/([^/]+)/' },
      { path: '^bridges/([^/]+)/', pathNot: '^bridges/$1/' },
    ),
    rule(
      'rooms-know-no-gateway',
      'The gateway is on the other side of a door.',
      { path: '^worker-image/' },
      { path: '^(gateway|config)/' },
    ),
    rule(
      'gateway-knows-no-rooms',
      'Containers are on the other side of a door.',
      { path: '^gateway/' },
      { path: '^(bridges|worker-image)/' },
    ),
    rule(
      'agent-knows-no-bridge',
      'The agent room has no channel and no credential, not even in its code.',
      { path: '^worker-image/rooms/agent/' },
      { path: '^(bridges/|worker-image/rooms/bridge/)' },
    ),
    rule(
      'bridge-knows-no-agent',
      'The bridge room has no model.',
      { path: '^worker-image/rooms/bridge/' },
      { path: '^worker-image/rooms/agent/' },
    ),
    rule(
      'product-knows-no-tests',
      'Fakes stay out of what runs.',
      { path: '^(contracts|config|bridges|gateway|worker-image)/' },
      { path: '^(test|proofs|bench)/' },
    ),
    rule(
      'dashboard-knows-no-room',
      'It runs in the browser and speaks to the gateway over HTTP; contracts lend it types at most.',
      { path: '^gateway/dashboard/' },
      {
        path: '^(contracts|config|bridges|worker-image|test|gateway/(?!dashboard/))',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'nobody-knows-the-dashboard',
      'It is built and served as files.',
      { pathNot: `^gateway/dashboard/|${tests}` },
      { path: '^gateway/dashboard/' },
    ),
    only(
      'dockerode-in-one-place',
      'dockerode',
      '^gateway/src/containers/(docker-runtime|template)\\.ts$|^(test|proofs|bench)/',
      'The runtime port hides it.',
    ),
    only('typeorm-in-the-gateway', 'typeorm', '^gateway/src/', 'Only the gateway has a database.'),
    only(
      'bullmq-in-the-gateway',
      'bullmq',
      '^gateway/src/(inbound|dispatch|wakes)/|^(test|proofs|bench)/',
      'Only the inbound side knows the queue.',
    ),
    only('grammy-in-telegram', 'grammy', '^bridges/telegram/|^test/kit/', 'Only its bridge speaks Telegram.'),
    only(
      'matrix-in-its-bridge',
      '(matrix-bot-sdk|@matrix-org|fake-indexeddb)',
      '^bridges/matrix/|^test/',
      'Only its bridge speaks Matrix, and encryption is loaded only when it is on.',
    ),
    only(
      'models-in-the-agent',
      '(@anthropic-ai|openai|@google)',
      '^worker-image/rooms/agent/models/|^test/',
      'Only the agent room speaks to models.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
