import type { Refusal, TraceGone } from '../../../nestrace/src/sinks/panel/contract/index.js';

/** Why there is no answer. */
export type Failure =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'gone'; readonly gone: TraceGone | undefined }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed'; readonly status: number; readonly text: string };

/** An answer, or why there is none: screens show both. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** One sentence. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'refused':
      return `The panel refused this browser: ${failure.refusal.reason}`;
    case 'gone':
      return failure.gone?.text ?? 'This is not in memory any more.';
    case 'unreachable':
      return 'The application does not answer.';
    case 'failed':
      return `The panel answered with ${failure.status}${failure.text && `: ${failure.text}`}.`;
    default:
      return failure satisfies never;
  }
}
