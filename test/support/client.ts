import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/** Runs something that must not show up in the traces under test. */
export function untraced<T>(run: () => T): T {
  return context.with(suppressTracing(ROOT_CONTEXT), run);
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface CallOptions extends RequestOptions {
  readonly body?: string | Buffer;
}

/** Calls a server as a stranger would: no span, no trace headers but the given ones. */
export function call(url: string, { body, ...options }: CallOptions = {}): Promise<Answer> {
  return untraced(
    () =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { agent: false, ...options }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            });
          });
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
  );
}
