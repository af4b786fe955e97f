/** How a receiver treats what comes in. */
export type Behaviour =
  | { readonly kind: 'ok'; readonly afterMs?: number }
  /** Reads the request and never answers. */
  | { readonly kind: 'hang' }
  /** Accepts connections and never says a word, as a host behind a broken firewall does. */
  | { readonly kind: 'silent' }
  /** Nobody listens on the port. */
  | { readonly kind: 'refuse' }
  | {
      readonly kind: 'status';
      /** Of HTTP, or of gRPC. */
      readonly status: number;
      readonly message?: string;
      readonly retryAfter?: string;
    }
  /** Takes the spans and answers with bytes nobody can read. */
  | { readonly kind: 'garbage' }
  /** Takes the spans and answers with far more than anybody wants to read. */
  | { readonly kind: 'huge' }
  /** Breaks the connection in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** Takes the spans but for some of them. */
  | { readonly kind: 'partial'; readonly rejected: number; readonly message: string };

export interface ReceivedRequest<S> {
  /** Names in lower case; for gRPC the metadata. */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  /** As it came over the wire, still compressed if it was. */
  readonly body: Buffer;
  readonly spans: readonly S[];
  /** How it was treated. */
  readonly answered: Behaviour['kind'];
  /** Common name of the client's certificate. */
  readonly clientName: string | undefined;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

/** A backend that can be told to fail in every way a backend fails. */
export interface Receiver<S> {
  /** What an exporter takes as its endpoint. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest<S>[];
  /** Bytes that came in over all connections, as the network sees them. */
  readonly bytesReceived: number;
  /** Connections that were accepted. */
  readonly connections: number;
  /** Connections nobody has closed yet. */
  readonly openConnections: number;
  /** Spans of the requests it took, in the order they came. */
  spans(): readonly S[];
  clear(): void;
  /** With several, each request gets the next one, and the last one stays. */
  behave(first: Behaviour, ...next: Behaviour[]): Promise<void>;
  close(): Promise<void>;
}

/** PEM texts of a receiver that speaks TLS. */
export interface ReceiverTls {
  readonly cert: string;
  readonly key: string;
  /** Clients have to show a certificate of this authority. */
  readonly clientCa?: string;
}
