/** A real backend for the tests, or the reason why there is none. */
export type Backend<Urls> =
  | { readonly urls: Urls; readonly reason?: undefined }
  | {
      readonly reason: string;
      /** There was to be one: it is no reason to skip anything. */
      readonly isBroken?: boolean;
      readonly urls?: undefined;
    };

/** A backend, and what ends it if it was started for the tests. */
export interface OpenBackend<Urls> {
  readonly backend: Backend<Urls>;
  readonly stop?: () => Promise<void>;
}

export interface JaegerUrls {
  /** Query API and pages. */
  readonly query: string;
  /** What takes OTLP over gRPC. */
  readonly grpc: string;
  /** What takes OTLP over HTTP. */
  readonly http: string;
}

export interface ZipkinUrls {
  /** Everything: spans, query API, pages. */
  readonly server: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly jaeger: Backend<JaegerUrls>;
    readonly zipkin: Backend<ZipkinUrls>;
  }
}
