/** A status as both protocols say it. */
export interface Refusal {
  readonly http: number;
  readonly grpc: number;
  readonly retryAfterSeconds?: number;
}

/** One request that came in whole, and every way to treat it. */
export interface Exchange {
  /** Spans in it. */
  readonly spans: number;
  /** Takes all of its spans, or all but some. */
  acknowledge(rejected?: number): void;
  refuse(refusal: Refusal): void;
  /** Says that all is well, with a body that is none of ours; `takes`: and means it. */
  answer(contentType: string, body: Uint8Array, takes?: boolean): void;
  /** Begins an answer that says that all is well and has no end. */
  answerEndlessly(): void;
  /** Breaks the connection in the middle of an answer that takes the spans. */
  cutAnswer(): void;
}

/** How a backend behaves for some time. */
export interface Fault {
  /** `false`: nobody listens on the port. */
  readonly listens?: false;
  /** Treats a connection before anything is read from it; left out, the backend reads it. */
  connection?(socket: import('node:net').Socket): void;
  /** Treats a request; left out, its spans are taken. */
  request?(exchange: Exchange): void;
}
