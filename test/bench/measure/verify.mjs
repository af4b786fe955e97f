import { ExpectedError } from '../../../scripts/expected-error.mjs';
import { get } from './load.mjs';
import { ask } from './processes.mjs';
import { received, withServer } from './servers.mjs';

const REQUESTS = 20;
/** Of a variant that records a share of them. */
const MANY_REQUESTS = 400;

/**
 * Looks at what each variant really sends before anything is measured: one that sends less than it
 * says is not faster, it is broken.
 */
export async function verify(names, bench, routes) {
  const found = [];
  for (const name of names) {
    await withServer(bench.variants[name], bench, async ({ url }) => {
      // What the start of the application has left behind.
      await received(bench.receiver, bench.variants[name].settleMs);
      for (const [route, path] of Object.entries(routes)) {
        found.push({
          variant: name,
          route,
          ...(await verifyRoute(name, bench, route, url + path)),
        });
      }
    });
  }
  return found;
}

async function verifyRoute(name, { variants, receiver, settings }, route, url) {
  const { share = 1, settleMs, spans } = variants[name];
  const requests = share < 1 ? MANY_REQUESTS : REQUESTS;
  await ask(receiver, 'reset');
  for (let request = 0; request < requests; request++) await get(url);
  const got = await received(receiver, settleMs);
  const least = (spans?.[settings.adapter] ?? spans)?.[route] ?? 0;
  const fault = faultOf(got, { least, recorded: requests * share, isShare: share < 1 });
  if (fault !== undefined) {
    throw new ExpectedError(
      `"${name}" ${fault}: ${requests} requests of ${route} made ${got.spans} spans in ` +
        `${got.roots} traces, ${JSON.stringify(got.names)}.`,
    );
  }
  return {
    requests,
    traces: got.roots,
    'spans/request': got.spans / requests,
    names: namesOf(got.names, got.roots),
  };
}

function faultOf({ spans, roots }, { least, recorded, isShare }) {
  if (least === 0) return spans > 0 ? 'should send nothing' : undefined;
  if (spans === 0) return 'sends nothing';
  if (spans < roots * least) return `should send ${least} spans for each request it records`;
  // Four standard deviations: it is chance that decides.
  const off = isShare ? 4 * Math.sqrt(recorded) : 0;
  if (Math.abs(roots - recorded) > off) return `should record ${recorded} requests`;
  return undefined;
}

function namesOf(names, roots) {
  return Object.entries(names)
    .map(([name, count]) => (count === roots ? name : `${name} × ${count / roots}`))
    .join(', ');
}
