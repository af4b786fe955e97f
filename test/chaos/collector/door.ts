import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Fault } from './exchange.js';

/** What a connection is handed to when nothing keeps it: a server that listens on no port itself. */
export interface Backend {
  emit(event: 'connection', socket: Socket): boolean;
}

/** A port that keeps its number whatever stands behind it. */
export class Door {
  fault: Fault = {};
  /** The most connections that were open at once. */
  mostSockets = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly backend: Backend,
    private port: number,
    private readonly backlog: number,
  ) {}

  /** Who refuses does not go on serving the connections of before. */
  async turn(fault: Fault): Promise<number> {
    if (isOfConnections(this.fault) || isOfConnections(fault)) {
      for (const socket of this.sockets) socket.destroySoon();
    }
    this.fault = fault;
    if (fault.listens === false) await this.stopListening();
    else if (this.server === undefined) await this.listen();
    return this.port;
  }

  private async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      this.mostSockets = Math.max(this.mostSockets, this.sockets.size);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
      if (this.fault.connection === undefined) this.backend.emit('connection', socket);
      else this.fault.connection(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: this.port, host: '127.0.0.1', backlog: this.backlog }, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async stopListening(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
  }
}

/** Connections that are open would not show it. */
function isOfConnections({ listens, connection }: Fault): boolean {
  return listens === false || connection !== undefined;
}
