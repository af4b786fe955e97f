import type { ExportError } from './export.error.js';

/** What became of one attempt. */
export type SendResult =
  | { readonly outcome: 'ok'; readonly body: Uint8Array }
  | { readonly outcome: 'failed'; readonly error: ExportError }
  | {
      readonly outcome: 'retry';
      readonly error: ExportError;
      /** The backend said when to come back. */
      readonly afterMs?: number | undefined;
    };

/** A way to carry bytes to a backend. */
export interface Transport {
  /** Never rejects. */
  send(body: Uint8Array, timeoutMs: number): Promise<SendResult>;
  /** Cuts off what is under way; afterwards nothing of it keeps the process alive. */
  close(): void;
}
