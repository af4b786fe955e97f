import type { Header } from '../../../pipeline/span-store/stored-span.js';
import { parseTraceparent } from '../../../pipeline/propagation/traceparent.js';
import { parseTracestate } from '../../../pipeline/propagation/tracestate.js';
import type { SeenHeader } from '../contract/index.js';

/** Says about each header what was made of it. `used` are the names the propagators read. */
export function seenHeaders(
  headers: readonly Header[],
  used: ReadonlySet<string>,
): readonly SeenHeader[] {
  const traceparents = headers.filter(([name]) => name === 'traceparent');
  const isUsable = traceparents.length === 1 && isValid(traceparents[0]?.[1] ?? '');
  return headers.map(([name, value]): SeenHeader => {
    if (!used.has(name)) {
      return { name, value, verdict: 'unused', note: 'no propagator is configured that reads it' };
    }
    switch (name) {
      case 'traceparent':
        return traceparents.length > 1
          ? { name, value, verdict: 'malformed', note: 'more than one traceparent' }
          : { name, value, ...aboutTraceparent(value) };
      case 'tracestate':
        return isUsable
          ? { name, value, ...aboutTracestate(value) }
          : { name, value, verdict: 'ignored', note: 'counts only with a valid traceparent' };
      case 'baggage': {
        const entries = value.split(',').filter((entry) => entry.trim() !== '').length;
        return { name, value, verdict: 'valid', note: plural(entries, 'entry', 'entries') };
      }
      default:
        return { name, value, verdict: 'valid', note: 'read by its propagator' };
    }
  });
}

function isValid(traceparent: string): boolean {
  return typeof parseTraceparent(traceparent) !== 'string';
}

function aboutTraceparent(value: string): Pick<SeenHeader, 'verdict' | 'note'> {
  const parsed = parseTraceparent(value);
  if (typeof parsed === 'string') return { verdict: 'malformed', note: parsed };
  const sampled = parsed.traceFlags === 0 ? 'not sampled' : 'sampled';
  return { verdict: 'valid', note: `version ${value.trim().slice(0, 2)} · ${sampled}` };
}

function aboutTracestate(value: string): Pick<SeenHeader, 'verdict' | 'note'> {
  const state = parseTracestate(value);
  if (state === undefined) return { verdict: 'malformed', note: 'dropped as a whole' };
  const members = state.serialize().split(',').length;
  return {
    verdict: 'valid',
    note: `${plural(members, 'member', 'members')} · ${value.length}/512`,
  };
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
