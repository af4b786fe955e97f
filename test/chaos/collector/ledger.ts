import { openSync, writeSync } from 'node:fs';

/** What became of one request, as the collector knows it. */
export type Entry =
  /** It came in, with these spans. */
  | { readonly request: number; readonly ids: readonly string[]; readonly odd: number }
  /** An answer that takes the spans, but for some of them, is about to be sent. */
  | { readonly request: number; readonly taking: number }
  /** The whole answer was given to the network, and the client was still there. */
  | { readonly request: number; readonly delivered: true };

/**
 * The collector's own books, written before it acts: what a process that is killed has done has to
 * be readable all the same.
 */
export class Ledger {
  private readonly file: number;

  constructor(
    path: string,
    private requests: number,
  ) {
    this.file = openSync(path, 'a');
  }

  open(ids: readonly string[], odd: number): number {
    const request = ++this.requests;
    this.write({ request, ids, odd });
    return request;
  }

  taking(request: number, spans: number): void {
    this.write({ request, taking: spans });
  }

  delivered(request: number): void {
    this.write({ request, delivered: true });
  }

  private write(entry: Entry): void {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}
