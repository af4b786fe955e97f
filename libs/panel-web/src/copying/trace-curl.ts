import {
  SPAN_FLAG,
  type TraceDetail,
  type TraceSummary,
} from '../../../nestrace/src/sinks/panel/contract/index.js';
import { shellQuoted } from './shell.js';

const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/**
 * The request again, as far as it is known: neither headers nor the body are kept. Undefined where
 * the trace did not begin with a request to this application.
 */
export function traceCurl(
  summary: TraceSummary,
  detail: TraceDetail,
  origin: string = location.origin,
): string | undefined {
  const path = summary.path ?? summary.route;
  const { method } = summary;
  if (method === undefined || !/^[A-Za-z]+$/.test(method)) return undefined;
  if (path === undefined || !path.startsWith('/') || beganElsewhere(detail)) return undefined;
  const verb = method.toUpperCase();
  const flag = verb === 'GET' ? '' : verb === 'HEAD' ? ' --head' : ` -X ${verb}`;
  const command = `curl -i${flag} ${shellQuoted(origin + path)}`;
  return WITHOUT_BODY.has(verb)
    ? command
    : `${command} \\\n  -H 'content-type: application/json' \\\n  -d '{}' # the body was not recorded`;
}

function beganElsewhere({ spans }: TraceDetail): boolean {
  const first = spans.flags.find((flags) => (flags & SPAN_FLAG.placeholder) === 0) ?? 0;
  return (first & SPAN_FLAG.received) !== 0;
}
