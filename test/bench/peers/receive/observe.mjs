/** JSON with keys of one letter. A request has a record of its own, and a tree of calls below it. */
export const format = {
  accepts: (path) => path === '/applications/telemetry',
  answer: { type: 'application/json', body: '{}' },
  spansOf: (body) =>
    (JSON.parse(body).snapshots ?? []).flatMap(({ op, t: calls = [] }) =>
      [{ name: op, isRoot: true }].concat(calls.flatMap(callsIn)),
    ),
};

function callsIn({ n: name, c: className, m: method, ch: children = [] }) {
  const call = { name: name ?? `${className}.${method}`, isRoot: false };
  return [call].concat(children.flatMap(callsIn));
}
