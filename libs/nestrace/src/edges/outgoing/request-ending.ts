import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { noteFailure } from '../../core/failures.js';
import type { ClientSpan } from './client-span.js';

const RESPONSE = 'http.client.response.finish';
const ERROR = 'http.client.request.error';

/** A request that is on its way. */
interface Followed {
  readonly span: ClientSpan;
  response?: IncomingMessage;
  hasError?: boolean;
}

const followed = new WeakMap<ClientRequest, Followed>();

/** Hears what becomes of requests on Node's own channels. Returns how to stop that. */
export function listenToRequests(): () => void {
  subscribe(RESPONSE, onResponse);
  subscribe(ERROR, onError);
  return () => {
    unsubscribe(RESPONSE, onResponse);
    unsubscribe(ERROR, onError);
  };
}

/** Node refuses to make the request. */
export function giveUp(span: ClientSpan | undefined, error: unknown): void {
  guarded(() => {
    span?.failed(error);
    span?.end();
  });
}

/** 'close' comes last, whatever happened; listening to it changes nothing for anybody else. */
export function follow(request: ClientRequest, span: ClientSpan | undefined): void {
  if (span === undefined) return;
  const state: Followed = { span };
  followed.set(request, state);
  request.once('close', () => {
    guarded(() => {
      const { response, hasError } = state;
      const error = response?.complete === false ? response.errored : null;
      if (error && !hasError && !wasClosedHere(request)) span.failed(error);
      span.end();
    });
  });
}

const onResponse: ChannelListener = (message) => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  guarded(() => {
    const state = followed.get(request);
    if (state === undefined) return;
    state.response = response;
    state.span.responded(response.statusCode ?? 0);
  });
};

const onError: ChannelListener = (message) => {
  const { request, error } = message as { request: ClientRequest; error: NodeJS.ErrnoException };
  guarded(() => {
    const state = followed.get(request);
    if (state === undefined) return;
    state.hasError = true;
    // Node takes a request that was destroyed for one whose server hung up.
    if (error.code !== 'ECONNRESET' || !wasClosedHere(request)) state.span.failed(error);
  });
};

/** Neither an end nor an error has come from the other side: the caller has lost interest. */
function wasClosedHere({ socket }: ClientRequest): boolean {
  const { readableEnded, errored } = socket ?? {};
  return readableEnded !== true && !errored;
}

function guarded(act: () => void): void {
  try {
    act();
  } catch (error) {
    noteFailure('outgoing.response', error);
  }
}
