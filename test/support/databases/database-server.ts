/** A database server of the tests, on the loopback interface. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Ends the server and removes everything it has written. */
  stop(): Promise<void>;
}

/** A way to get a server, or the reason why there is none on this machine. */
export type Installation<T> =
  | { readonly reason: string; readonly start?: undefined }
  | { readonly start: () => Promise<T>; readonly reason?: undefined };
