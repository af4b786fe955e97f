import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from '../../../pipeline/attributes.js';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { PropagationVerdict, SeenHeader, TracePropagation } from '../contract/index.js';
import { seenHeaders } from './header-notes.js';

export interface PropagationFacts {
  /** Names of the propagators, as configured. */
  readonly propagators: readonly string[];
  /** Headers they read. */
  readonly fields: readonly string[];
  readonly sampler: string;
  /** Row of a span in the detail of its trace. */
  readonly rowOf: (spanId: string) => number;
}

/** How the context of a trace came in and went out. */
export function tracePropagation(trace: StoredTrace, facts: PropagationFacts): TracePropagation {
  const used = new Set(facts.fields);
  const own = trace.spans.filter(({ source }) => !source.isReceived);
  const ids = new Set(own.map(({ spanId }) => spanId));
  const isEntry = ({ parentSpanId, hasRemoteParent }: StoredSpan): boolean =>
    hasRemoteParent || parentSpanId === undefined || !ids.has(parentSpanId);
  return {
    propagators: facts.propagators,
    incoming: own
      .filter((span) => isEntry(span) && canBeCalled(span))
      .map((span) => incoming(span, used, facts)),
    outgoing: outgoingCalls(trace, own, used, facts),
  };
}

function outgoingCalls(
  { spans }: StoredTrace,
  own: readonly StoredSpan[],
  used: ReadonlySet<string>,
  facts: PropagationFacts,
): TracePropagation['outgoing'] {
  const calls = own.filter(isCall);
  const answers = new Map<string, StoredSpan>();
  const callers = new Map(calls.map((call) => [call.spanId, call]));
  for (const span of spans) {
    const call = callers.get(span.parentSpanId ?? '');
    if (call === undefined || call.source.service === span.source.service) continue;
    if (!answers.has(call.spanId)) answers.set(call.spanId, span);
  }
  return calls.map((call) => outgoing(call, answers.get(call.spanId), used, facts));
}

function canBeCalled({ kind }: StoredSpan): boolean {
  return kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
}

/** Calls to other services; a query carries no context. */
function isCall({ kind, attributes }: StoredSpan): boolean {
  if (kind === SpanKind.PRODUCER) return true;
  return kind === SpanKind.CLIENT && attributes[ATTR_HTTP_REQUEST_METHOD] !== undefined;
}

function incoming(
  span: StoredSpan,
  used: ReadonlySet<string>,
  { sampler }: PropagationFacts,
): TracePropagation['incoming'][number] {
  const headers = seenHeaders(span.incoming?.headers ?? [], used);
  const { verdict, text } = judge(span, headers);
  return {
    spanId: span.spanId,
    spanName: span.name,
    headers,
    verdict,
    text,
    sampler,
    sampled: span.isSampled,
  };
}

function judge(
  span: StoredSpan,
  headers: readonly SeenHeader[],
): { verdict: PropagationVerdict; text: string } {
  if (span.hasRemoteParent) {
    return {
      verdict: 'continued',
      text: `The trace goes on from span ${span.parentSpanId ?? ''} of the caller.`,
    };
  }
  const broken = headers.find(({ verdict }) => verdict === 'malformed');
  if (broken !== undefined) {
    const isZero = broken.note.endsWith('all zero');
    return {
      verdict: isZero ? 'ignored: all-zero id' : 'ignored: malformed',
      text: `${broken.name} could not be used (${broken.note}), so a new trace was started.`,
    };
  }
  const carriers = headers.filter(({ name }) => !WITHOUT_IDS.has(name));
  const unused = carriers.find(({ verdict }) => verdict === 'unused');
  if (unused !== undefined) {
    return {
      verdict: 'ignored: no propagator',
      text: `${unused.name} came, but no propagator reads it. The option is propagators.`,
    };
  }
  const [without] = carriers;
  const text =
    without === undefined
      ? 'No header came that carries a trace: it starts here.'
      : `${without.name} names no span that could be gone on from: the trace starts here.`;
  return { verdict: 'new root', text };
}

/** Headers that come along with the ids of a trace, and have none themselves. */
const WITHOUT_IDS: ReadonlySet<string> = new Set(['baggage', 'tracestate', 'x-b3-sampled']);

function outgoing(
  span: StoredSpan,
  answer: StoredSpan | undefined,
  used: ReadonlySet<string>,
  { rowOf }: PropagationFacts,
): TracePropagation['outgoing'][number] {
  const headers = seenHeaders(span.injected ?? [], used);
  const reason = headers.length > 0 ? undefined : whyNothing(span);
  return {
    row: rowOf(span.spanId),
    spanId: span.spanId,
    spanName: span.name,
    target: targetOf(span),
    headers,
    ...(answer !== undefined && {
      answered: { service: answer.source.service, spanId: answer.spanId },
    }),
    ...(reason !== undefined && { reason }),
  };
}

function whyNothing({ injected }: StoredSpan): string {
  return injected === undefined
    ? 'Nothing was sent along: the host is not in outgoing.propagateTo, or nothing injects for this kind of call.'
    : 'The propagators had nothing to send.';
}

function targetOf({ attributes, name }: StoredSpan): string {
  const url = attributes[ATTR_URL_FULL];
  if (typeof url === 'string') return url;
  const host = attributes[ATTR_SERVER_ADDRESS];
  const port = attributes[ATTR_SERVER_PORT];
  return host === undefined
    ? name
    : port === undefined
      ? String(host)
      : `${String(host)}:${String(port)}`;
}
