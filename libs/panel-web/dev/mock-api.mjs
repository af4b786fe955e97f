import { groupBy } from './fixtures/group-by.mjs';
import * as answers from './fixtures/answers.mjs';
import { briefOf, exportOf, metaOf } from './fixtures/status.mjs';

const TICK_MS = 500;
const NEW_EVERY_TICKS = 8;

/** Answers every address of the contract. */
export function answerApi(store, scene, request, url, response) {
  if (scene === 'refused') {
    send(response, 403, {
      reason: "host 'shop.test' is not in the list",
      option: 'panel.allowedHosts',
    });
    return;
  }
  const path = url.pathname.slice('/api/'.length).split('/').map(decodeURIComponent);
  if (path[0] === 'stream') stream(store, scene, url, response);
  else if (request.method === 'POST') post(store, path[0], request, response);
  else {
    const answer = get(store, scene, path, url);
    if (answer === undefined)
      send(response, 404, {
        reason: 'evicted',
        text: 'This trace has left the memory; the last 500 are kept.',
        links: [{ name: 'Jaeger', url: 'http://localhost:16686' }],
      });
    else send(response, 200, answer);
  }
}

function get(store, scene, [name, id, part, spanId], url) {
  const filter = {
    q: url.searchParams.get('q') ?? '',
    noise: url.searchParams.get('noise') === '1',
  };
  const trace = id && store.find(id);
  switch (name) {
    case 'meta':
      return metaOf(store.bootId, store.startedAt, scene);
    case 'routes':
      return routesOf(store);
    case 'sql':
      return id ? answers.statementOf(store.traces, id) : answers.statementsOf(store.traces);
    case 'errors':
      return id ? answers.errorOf(store.traces, id) : answers.errorsOf(store.traces);
    case 'export':
      return exportOf(scene, store.traces);
    case 'traces':
      if (!id) return listOf(store, filter);
      return trace && traceAnswer(trace, part, spanId, filter.q);
    default:
      return undefined;
  }
}

function traceAnswer(trace, part, spanId, q) {
  switch (part) {
    case undefined:
      return trace.summary.inFlight ? grown(trace.detail) : trace.detail;
    case 'spans':
      return answers.spanOf(trace, spanId);
    case 'sql':
      return answers.sqlOf(trace);
    case 'errors':
      return answers.traceErrorsOf(trace);
    case 'logs':
      return answers.logsOf(trace);
    case 'propagation':
      return answers.propagationOf(trace);
    case 'otlp':
      return { resourceSpans: [] };
    case 'search': {
      const rows = trace.rows.flatMap(({ node }, row) =>
        `${node.name} ${node.sql ?? ''}`.toLowerCase().includes(q.toLowerCase()) ? [row] : [],
      );
      return { rows, total: rows.length };
    }
    default:
      return undefined;
  }
}

/** Open spans last until now. */
function grown(detail) {
  const nowMs = Date.now();
  const now = Math.round((nowMs - detail.startMs) * 1000);
  const { parent, start, duration } = detail.spans;
  const flags = detail.spans.flags.slice();
  // What is above an open span is open too, as long as nobody forgot to wait for it.
  for (let row = flags.length - 1; row >= 0; row -= 1) {
    if (flags[row] & 1 && parent[row] >= 0) flags[parent[row]] |= 1;
  }
  const until = duration.map((known, row) => (flags[row] & 1 ? now - start[row] : known));
  return { ...detail, nowMs, duration: now, spans: { ...detail.spans, flags, duration: until } };
}

function listOf(store, filter) {
  const traces = store.summaries(filter);
  const bad = filter.q.indexOf('dur:>x');
  return {
    bootId: store.bootId,
    seq: store.seq,
    traces,
    removed: [],
    matching: traces.length,
    counts: store.counts(),
    ...(bad !== -1 && {
      problem: { message: '"x" is not a duration: write 100ms or 2s', from: bad, to: bad + 6 },
    }),
  };
}

function routesOf(store) {
  const routes = [...groupBy(store.summaries(), ({ name }) => name)].map(([name, list]) => {
    const durations = list.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
    const slowest = list.toSorted((a, b) => b.durationMs - a.durationMs)[0];
    return {
      name,
      entry: list[0].entry,
      count: list.length,
      p50Ms: durations[Math.floor(durations.length / 2)],
      p95Ms: durations[Math.floor(durations.length * 0.95)],
      maxMs: durations.at(-1),
      errors: list.filter(({ errors }) => errors > 0).length,
      queriesPerTrace: list.reduce((sum, { queries }) => sum + queries, 0) / list.length,
      nPlusOne: list.filter(({ nPlusOne }) => nPlusOne > 0).length,
      traceId: list[0].id,
      slowestTraceId: slowest.id,
    };
  });
  return { routes: routes.toSorted((a, b) => b.p95Ms - a.p95Ms) };
}

function stream(store, scene, url, response) {
  const filter = {
    q: url.searchParams.get('q') ?? '',
    noise: url.searchParams.get('noise') === '1',
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
  });
  let seen = Number(url.searchParams.get('since') ?? 0);
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    const isQuiet = ['empty', 'off', 'quiet'].includes(scene);
    if (!isQuiet && ticks % NEW_EVERY_TICKS === 0) store.addNext();
    const all = store.summaries(filter);
    const upserts = all.filter(({ seq, inFlight }) => seq > seen || inFlight);
    seen = store.seq;
    const data = {
      bootId: store.bootId,
      seq: store.seq,
      upserts,
      removed: [],
      matching: all.length,
      counts: store.counts(),
      export: briefOf(scene),
      capture: { paused: false },
    };
    response.write(`event: tick\nid: ${store.seq}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  response.on('close', () => clearInterval(timer));
}

function post(store, name, request, response) {
  if (request.headers['x-otel-panel'] !== '1') {
    send(response, 403, { reason: 'the header X-Otel-Panel is missing' });
    return;
  }
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    if (name === 'clear') store.clear();
    const results = {
      clear: {},
      pause: { paused: body.includes('true') },
      'test-export': {
        ok: false,
        durationMs: 4,
        text: 'connect ECONNREFUSED 127.0.0.1:4318',
        hint: 'Nothing listens there. Is the collector running?',
        traceId: 'a'.repeat(32),
      },
      import: { traces: 1, spans: 3, rejected: 0, traceIds: [] },
    };
    if (results[name] === undefined) send(response, 404, { reason: 'unknown' });
    else send(response, 200, results[name]);
  });
}

function send(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}
