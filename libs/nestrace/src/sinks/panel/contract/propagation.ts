export type HeaderVerdict = 'valid' | 'malformed' | 'ignored' | 'unused';

/** A header as it came, or went; what may be personal is redacted. */
export interface SeenHeader {
  readonly name: string;
  readonly value: string;
  readonly verdict: HeaderVerdict;
  /** `version 00 · sampled`, `trace id is all zero`. */
  readonly note: string;
}

export type PropagationVerdict =
  | 'new root'
  | 'continued'
  | 'ignored: malformed'
  | 'ignored: all-zero id'
  | 'ignored: no propagator';

/** `GET api/traces/:id/propagation`. */
export interface TracePropagation {
  readonly propagators: readonly string[];
  /** One for each local root of this process in the trace. */
  readonly incoming: readonly {
    readonly spanId: string;
    readonly spanName: string;
    readonly headers: readonly SeenHeader[];
    readonly verdict: PropagationVerdict;
    /** One sentence. */
    readonly text: string;
    readonly sampler: string;
    readonly sampled: boolean;
  }[];
  readonly outgoing: readonly {
    readonly row: number;
    readonly spanId: string;
    readonly spanName: string;
    readonly target: string;
    readonly headers: readonly SeenHeader[];
    /** A span below it has come in from the other service. */
    readonly answered?: { readonly service: string; readonly spanId: string };
    /** Why nothing was sent, where nothing was. */
    readonly reason?: string;
  }[];
}
