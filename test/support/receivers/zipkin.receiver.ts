import { startHttpReceiver } from './http.receiver.js';
import type { Receiver } from './receiver.js';

/** A span as it comes in: https://zipkin.io/zipkin-api/#/default/post_spans */
export interface ReceivedZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly remoteEndpoint?: { readonly serviceName: string; readonly port?: number };
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A Zipkin server: version 2 of its API, JSON. */
export function startZipkinReceiver(): Promise<Receiver<ReceivedZipkinSpan>> {
  return startHttpReceiver<ReceivedZipkinSpan>({
    path: '/api/v2/spans',
    status: 202,
    contentTypes: ['application/json'],
    decode: (body) => JSON.parse(body.toString()) as ReceivedZipkinSpan[],
    answer: () => new Uint8Array(),
  });
}
