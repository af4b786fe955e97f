import type { Refusal, Fault } from '../exchange.js';

const refuses = (refusal: Refusal): Fault => ({
  request: (exchange) => {
    exchange.refuse(refusal);
  },
});

/** Too many requests, come back in a second. */
export const overloaded = refuses({ http: 429, grpc: 8, retryAfterSeconds: 1 });

/** Not ready. */
export const unavailable = refuses({ http: 503, grpc: 14 });

/** Cannot be read, whatever is done. */
export const invalid = refuses({ http: 400, grpc: 3 });

export const tooLarge = refuses({ http: 413, grpc: 8 });

/** Credentials are wrong. */
export const unauthenticated = refuses({ http: 401, grpc: 16 });
