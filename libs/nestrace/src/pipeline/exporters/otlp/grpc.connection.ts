import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { context, createContextKey } from '@opentelemetry/api';
import type { Client, ClientUnaryCall } from '@grpc/grpc-js';

/** Node tells here about every socket that is about to connect. */
const SOCKETS = 'net.client.socket';

const OPENED_BY = createContextKey('nestrace.grpc-connection');

/**
 * A gRPC client that can be taken down at once. Closing a client leaves a connection behind that is
 * still being made: to a server that accepts and says nothing it stays for good, and with TLS it
 * even keeps the process alive. So the sockets are noted when they are opened and closed here.
 */
export class GrpcConnection {
  private readonly calls = new Set<ClientUnaryCall>();
  private readonly sockets = new Set<Socket>();

  constructor(private readonly client: Client) {
    subscribe(SOCKETS, this.onSocket);
  }

  /** Nobody waits for an answer. */
  get isIdle(): boolean {
    return this.calls.size === 0;
  }

  /** Starts a call; it is cancelled when the connection is closed before its end. */
  call(start: (client: Client, ended: () => void) => ClientUnaryCall): void {
    context.with(context.active().setValue(OPENED_BY, this), () => {
      const call = start(this.client, () => {
        this.calls.delete(call);
      });
      this.calls.add(call);
    });
  }

  close(): void {
    unsubscribe(SOCKETS, this.onSocket);
    for (const call of this.calls) call.cancel();
    this.client.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private readonly onSocket = (message: unknown): void => {
    if (context.active().getValue(OPENED_BY) !== this) return;
    const { socket } = message as { socket: Socket };
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
    });
  };
}
