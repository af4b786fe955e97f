import { parseArgs } from 'node:util';
import { ExpectedError } from '../../../scripts/expected-error.mjs';
import { ROUTES } from '../routes.mjs';

/**
 * Reads what was asked for after `--`. Each suite has numbers of its own, which are its options.
 *
 * @param usual variants of a suite when none are named; without it all of them
 * @returns `suite`, `settings`, and `names` and `routes` of what is compared
 */
export function readSettings(suites, variants, usual = {}) {
  try {
    const name = readSuite();
    const suite = suites[name];
    if (suite === undefined) {
      throw new ExpectedError(`--suite takes ${Object.keys(suites).join(', ')}`);
    }
    const { values } = parseArgs({
      options: {
        suite: { type: 'string', default: name },
        adapter: { type: 'string', default: 'express' },
        protocol: { type: 'string', default: 'http/protobuf' },
        variants: { type: 'string', default: (usual[name] ?? Object.keys(variants)).join() },
        routes: { type: 'string', default: Object.keys(ROUTES).join() },
        json: { type: 'boolean', default: false },
        ...Object.fromEntries(
          Object.keys(suite.defaults).map((number) => [number, { type: 'string' }]),
        ),
      },
    });
    const settings = { ...values };
    for (const [number, fallback] of Object.entries(suite.defaults)) {
      settings[number] = positive(number, values[number] ?? fallback);
    }
    pick('--adapter', values.adapter, { express: true, fastify: true });
    pick('--protocol', values.protocol, { 'http/protobuf': true, grpc: true });
    const names = pick('--variants', values.variants, variants);
    const routes = pick('--routes', values.routes, ROUTES).map((route) => [route, ROUTES[route]]);
    return { suite, settings, names, routes: Object.fromEntries(routes) };
  } catch (error) {
    // What is wrong with the command is all there is to say.
    throw error.code?.startsWith('ERR_PARSE_ARGS') ? new ExpectedError(error.message) : error;
  }
}

/** Before anything else: what else is an option depends on it. */
function readSuite() {
  const { values } = parseArgs({ options: { suite: { type: 'string' } }, strict: false });
  return values.suite ?? 'load';
}

function positive(name, given) {
  const number = Number(given);
  if (!(number > 0)) throw new ExpectedError(`--${name} takes a number above 0, not ${given}`);
  return number;
}

function pick(option, list, choices) {
  const chosen = list.split(',').map((name) => name.trim());
  const unknown = chosen.filter((name) => !Object.hasOwn(choices, name));
  if (unknown.length === 0) return chosen;
  throw new ExpectedError(
    `${option} does not know ${unknown.join(', ')}; it takes ${Object.keys(choices).join(', ')}`,
  );
}
