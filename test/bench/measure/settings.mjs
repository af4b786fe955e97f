import { parseArgs } from 'node:util';
import { ExpectedError } from '../../../scripts/expected-error.mjs';
import { ROUTES } from '../routes.mjs';

/**
 * Reads what was asked for after `--`. Each suite has numbers of its own, which are its options.
 *
 * @returns `suite`, `settings`, and `names` and `routes` of what is compared
 */
export function readSettings(suites, variants) {
  try {
    const suite = suites[parseArgs({ strict: false }).values.suite ?? 'load'];
    if (suite === undefined) throw new ExpectedError(`--suite takes ${Object.keys(suites)}`);
    const { variants: all = Object.keys(variants).join(), ...numbers } = suite.defaults;
    const { values } = parseArgs({
      options: {
        suite: { type: 'string' },
        adapter: { type: 'string', default: 'express' },
        protocol: { type: 'string', default: 'http/protobuf' },
        variants: { type: 'string', default: all },
        routes: { type: 'string', default: Object.keys(ROUTES).join() },
        json: { type: 'boolean', default: false },
        ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' }])),
      },
    });
    const settings = { ...values };
    for (const [name, fallback] of Object.entries(numbers)) {
      settings[name] = positive(name, values[name] ?? fallback);
    }
    const names = pick('--variants', values.variants, variants);
    const routes = pick('--routes', values.routes, ROUTES).map((route) => [route, ROUTES[route]]);
    return { suite, settings, names, routes: Object.fromEntries(routes) };
  } catch (error) {
    // What is wrong with the command is all there is to say.
    throw error.code?.startsWith('ERR_PARSE_ARGS') ? new ExpectedError(error.message) : error;
  }
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
