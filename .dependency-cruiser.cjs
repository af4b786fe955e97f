/**
 * Who may import whom. The layers are listed from the ground up: each may use those before it, none
 * may use one after it.
 */
const SRC = 'libs/nestrace/src';
const layers = ['core', 'config', 'pipeline', 'edges|sinks', 'module|testing'];

const layerRules = layers.slice(0, -1).map((layer, index) => ({
  name: `${layer}-uses-only-what-is-below`,
  comment: 'core ← config ← pipeline ← edges | sinks ← module | testing',
  severity: 'error',
  from: { path: `^${SRC}/(${layer})/` },
  to: { path: `^${SRC}/(${layers.slice(index + 1).join('|')})/` },
}));

/** An optional peer belongs to one place; everybody else must do without. */
const optionalPeers = [
  ['typeorm', `${SRC}/edges/typeorm/otel-typeorm\\.subscriber\\.ts`],
  ['@nestjs/config', `${SRC}/config/otel\\.config\\.ts`],
  ['@nestjs/testing', `${SRC}/testing/`],
  ['@opentelemetry/propagator-', `${SRC}/pipeline/propagation/create-propagator\\.ts`],
  ['@opentelemetry/exporter-prometheus', `${SRC}/pipeline/metrics/prometheus\\.ts`],
  ['@opentelemetry/sdk-metrics', `${SRC}/pipeline/metrics/prometheus\\.ts`],
].map(([peer, owner]) => ({
  name: `${peer.replace(/\W+/g, '-').replace(/^-|-$/g, '')}-has-an-owner`,
  comment: `Only ${owner} may import the optional peer ${peer}.`,
  severity: 'error',
  from: { path: `^${SRC}/`, pathNot: `^${owner}` },
  to: { path: `(^|node_modules/)${peer}` },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Entities that relate to each other name each other; TypeORM resolves that lazily.',
      severity: 'error',
      from: { pathNot: '\\.entity\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { path: '^(libs|apps)/' },
      to: { couldNotResolve: true },
    },
    ...layerRules,
    {
      name: 'edges-are-islands',
      comment: 'They meet through what the pipeline offers, never directly.',
      severity: 'error',
      from: { path: `^${SRC}/edges/([^/]+)/` },
      to: { path: `^${SRC}/edges/`, pathNot: `^${SRC}/edges/$1/` },
    },
    {
      name: 'sinks-are-islands',
      comment: 'What shows spans knows neither who makes them nor who else shows them.',
      severity: 'error',
      from: { path: `^${SRC}/sinks/([^/]+)/` },
      to: { path: `^${SRC}/(edges|sinks)/`, pathNot: `^${SRC}/sinks/$1/` },
    },
    {
      name: 'edges-know-no-sinks',
      severity: 'error',
      from: { path: `^${SRC}/edges/` },
      to: { path: `^${SRC}/sinks/` },
    },
    {
      name: 'the-contract-stands-alone',
      comment: 'The browser gets it without anything else of the server.',
      severity: 'error',
      from: { path: `^${SRC}/sinks/panel/contract/` },
      to: { path: '.', pathNot: `^${SRC}/sinks/panel/contract/` },
    },
    {
      name: 'core-and-pipeline-know-no-nest',
      severity: 'error',
      from: { path: `^${SRC}/(core|pipeline)/`, pathNot: `^${SRC}/pipeline/propagation/` },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'core-knows-no-sdk',
      severity: 'error',
      from: { path: `^${SRC}/core/` },
      to: { path: 'node_modules/@opentelemetry/(sdk|exporter)' },
    },
    {
      name: 'the-sdk-is-used-in-two-places',
      comment:
        'Its samplers and their verdicts: another line of it must not be a search through the code.',
      severity: 'error',
      from: {
        path: `^${SRC}/`,
        pathNot: `^${SRC}/pipeline/(spans/span-tracer|sampling/head-sampler)\\.ts$`,
      },
      to: { path: 'node_modules/@opentelemetry/sdk-trace/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-inside-uses-the-entries',
      severity: 'error',
      from: { path: `^${SRC}/` },
      to: { path: `^${SRC}/(index|config|typeorm|testing)\\.ts$` },
    },
    {
      name: 'outside-uses-the-published-name',
      comment: 'Only unit tests and the bench of single pieces may reach into the sources.',
      severity: 'error',
      from: { path: '^(apps|test)/', pathNot: '^test/(unit|bench|panel-web)/' },
      to: { path: `^${SRC}/(?!(index|config|typeorm|testing)\\.ts$)` },
    },
    {
      name: 'panel-web-sees-the-contract-alone',
      comment: 'The browser and the server share what they say to each other, and no code.',
      severity: 'error',
      from: { path: '^(libs|test)/panel-web/' },
      to: { path: `^${SRC}/`, pathNot: `^${SRC}/sinks/panel/contract/` },
    },
    {
      name: 'the-library-has-the-panel-only-as-it-is-built',
      severity: 'error',
      from: { path: `^${SRC}/` },
      to: { path: '^libs/panel-web/' },
    },
    {
      name: 'the-library-does-not-know-its-users',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|test|scripts)/' },
    },
    ...optionalPeers,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '^(libs|apps)/[^/]+/(build|dist)/|^coverage/|^test/(nest-11|drivers|bench/dist|bench/peers)/',
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['nestrace/source', 'types', 'import', 'require', 'node', 'default'],
    },
  },
};
