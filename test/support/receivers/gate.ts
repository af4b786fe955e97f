import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type GateState = 'open' | 'silent' | 'closed';

/**
 * The port in front of a receiver. It can be shut, go dead or break its connections at any moment
 * and comes back under the same number, which no server library lets one do in the same way.
 */
export class Gate {
  bytesReceived = 0;
  connections = 0;
  private state: GateState = 'closed';
  private server: Server | undefined;
  private readonly clients = new Set<Socket>();

  private constructor(
    private readonly targetPort: number,
    private boundPort = 0,
  ) {}

  static async inFrontOf(targetPort: number): Promise<Gate> {
    const gate = new Gate(targetPort);
    await gate.turn('open');
    return gate;
  }

  get openConnections(): number {
    return this.clients.size;
  }

  get port(): number {
    return this.boundPort;
  }

  async turn(state: GateState): Promise<void> {
    if (state === this.state) return;
    const wasClosed = this.state === 'closed';
    this.state = state;
    // A connection that was silent has lost bytes and cannot speak again.
    this.cut();
    if (state === 'closed') await this.stopListening();
    else if (wasClosed) await this.listen();
  }

  /** Breaks every connection. */
  cut(): void {
    for (const client of this.clients) client.destroy();
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      this.accept(client);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.boundPort, '127.0.0.1', resolve);
    });
    this.boundPort = (server.address() as AddressInfo).port;
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

  private accept(client: Socket): void {
    this.connections++;
    this.clients.add(client);
    client.on('data', (chunk) => {
      this.bytesReceived += chunk.length;
    });
    client.on('error', () => client.destroy());
    client.on('close', () => this.clients.delete(client));
    if (this.state === 'silent') {
      client.on('end', () => client.destroy());
      return;
    }
    const target = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    target.on('error', () => client.destroy());
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
    client.pipe(target).pipe(client);
  }
}
