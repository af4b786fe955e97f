import type { IncomingMessage } from 'node:http';
import { ExportError, type ExportFacts } from './export.error.js';
import type { SendResult } from './transport.js';

/** Answers are a few bytes; one that is larger is not from an OTLP or Zipkin server. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Collects the body of an answer. */
export function readAnswer(
  response: IncomingMessage,
  fail: (error: NodeJS.ErrnoException | ExportError) => void,
  done: (answer: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) {
      fail(new ExportError(`the answer is larger than ${MAX_RESPONSE_BYTES} bytes`));
    } else {
      chunks.push(chunk);
    }
  });
  response.on('end', () => {
    done(Buffer.concat(chunks));
  });
  response.on('error', fail);
}

/** What the backend means by its answer. */
export function judgeAnswer(
  { statusCode: status = 0, statusMessage, headers }: IncomingMessage,
  answer: Buffer,
  facts: ExportFacts,
): SendResult {
  if (status >= 200 && status < 300) {
    if (!isWebPage(headers['content-type'], answer)) return { outcome: 'ok', body: answer };
    const error = new ExportError(`HTTP ${status} with a web page`, { ...facts, code: 'ENOTOTLP' });
    return { outcome: 'failed', error };
  }
  const reason = statusMessage ? ` ${statusMessage}` : '';
  const error = new ExportError(`HTTP ${status}${reason}`, { ...facts, httpStatus: status });
  if (!RETRYABLE_STATUS.has(status)) return { outcome: 'failed', error };
  return { outcome: 'retry', error, afterMs: retryAfter(headers['retry-after']) };
}

/**
 * A login page, or the application that listens where the backend was thought to be. Anything else
 * counts as taken: backends are free in what they answer.
 */
function isWebPage(contentType: string | undefined, answer: Buffer): boolean {
  if (contentType?.toLowerCase().startsWith('text/html') === true) return true;
  return /^\s*<(!doctype html|html)/i.test(answer.toString('latin1', 0, 100));
}

/** Every form of a date in HTTP begins with the day. `Date.parse` also takes "-1" for a date. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  if (!HTTP_DATE.test(header)) return undefined;
  const milliseconds = Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
