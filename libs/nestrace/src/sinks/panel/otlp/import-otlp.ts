import { parseJson } from '../../../pipeline/otlp-reading/json/parse-json.js';
import { readOtlpObjects } from '../../../pipeline/otlp-reading/read-otlp.js';
import type { ReadingLimits } from '../../../pipeline/otlp-reading/reading.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';

/** As for what comes in over the network. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

const ACCEPTED =
  'Accepted is OTLP in JSON: an object with "resourceSpans", a list of such objects, or one on each line.';

export interface OtlpImport {
  readonly spans: readonly StoredSpan[];
  /** Spans that make no sense. */
  readonly rejected: number;
  /** What was wrong, as one or two sentences; there may be spans all the same. */
  readonly problem?: string;
}

/** Reads a file of spans: what the panel exports, or the file exporter of a collector. Never throws. */
export function importOtlp(document: string, limits: ReadingLimits): OtlpImport {
  if (document.length > MAX_CHARACTERS) {
    return failed(`The document is larger than ${MAX_CHARACTERS} characters.`);
  }
  const text = document.replace(/^\uFEFF/, '').trim();
  if (text === '') return failed(`The document is empty. ${ACCEPTED}`);
  const requests = requestsIn(text);
  if (typeof requests === 'string') return failed(requests);
  const stranger = requests.find((request) => !hasField(request, 'resourceSpans'));
  if (stranger !== undefined) return failed(`${describe(stranger)} ${ACCEPTED}`);
  const { spans, rejected, reason, problem } = readOtlpObjects(requests, limits);
  if (problem !== undefined) return failed(`The document cannot be read: ${problem}. ${ACCEPTED}`);
  if (reason === undefined) return { spans, rejected };
  return { spans, rejected, problem: `Spans that were left out: ${rejected}; ${reason}.` };
}

/** The requests, or what is in the way of reading them. */
function requestsIn(text: string): readonly unknown[] | string {
  const whole = parsed(text);
  if (!('problem' in whole)) return Array.isArray(whole.value) ? whole.value : [whole.value];
  const lines = text.split(/\r?\n/);
  const requests: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const one = parsed(line);
    if (!('problem' in one)) requests.push(one.value);
    else if (requests.length === 0)
      return `The document cannot be read: ${whole.problem}. ${ACCEPTED}`;
    else return `Line ${index + 1} of the document cannot be read: ${one.problem}.`;
  }
  return requests;
}

function parsed(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Files people have at hand when they look for a way to import them. */
function describe(document: unknown): string {
  const [first] = hasField(document, 'data') && Array.isArray(document.data) ? document.data : [];
  if (hasField(first, 'traceID') || hasField(document, 'traceID')) {
    return 'This is JSON of the Jaeger UI.';
  }
  if (hasField(document, 'traceId') && hasField(document, 'id')) return 'This is JSON of Zipkin.';
  if (hasField(document, 'resourceLogs') || hasField(document, 'resourceMetrics')) {
    return 'These are logs or metrics, no traces.';
  }
  return 'This is no document with traces.';
}

function hasField<K extends string>(value: unknown, name: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function failed(problem: string): OtlpImport {
  return { spans: [], rejected: 0, problem };
}
