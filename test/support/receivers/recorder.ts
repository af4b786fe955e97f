import { Gate } from './gate.js';
import type { Behaviour, ReceivedRequest, Receiver } from './receiver.js';

/** Kinds of behaviour under which the spans of a request are kept. */
const TAKING: ReadonlySet<Behaviour['kind']> = new Set(['ok', 'garbage', 'huge', 'partial']);

/** What all receivers have in common: what came in, what to do next, and the port in front. */
export class Recorder<S> implements Receiver<S> {
  readonly requests: ReceivedRequest<S>[] = [];
  private script: Behaviour[] = [];
  private current: Behaviour = { kind: 'ok' };

  private constructor(
    readonly gate: Gate,
    private readonly urlAt: (port: number) => string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async inFrontOf<S>(
    port: number,
    urlAt: (port: number) => string,
    stop: () => Promise<void>,
  ): Promise<Recorder<S>> {
    return new Recorder<S>(await Gate.inFrontOf(port), urlAt, stop);
  }

  get url(): string {
    return this.urlAt(this.gate.port);
  }

  get bytesReceived(): number {
    return this.gate.bytesReceived;
  }

  get connections(): number {
    return this.gate.connections;
  }

  get openConnections(): number {
    return this.gate.openConnections;
  }

  spans(): readonly S[] {
    return this.requests
      .filter(({ answered }) => TAKING.has(answered))
      .flatMap(({ spans }) => spans);
  }

  clear(): void {
    this.requests.length = 0;
  }

  async behave(first: Behaviour, ...next: Behaviour[]): Promise<void> {
    this.current = first;
    this.script = [first, ...next];
    const { kind } = first;
    await this.gate.turn(kind === 'refuse' ? 'closed' : kind === 'silent' ? 'silent' : 'open');
  }

  /** Notes a request and tells how to treat it. */
  receive(request: Omit<ReceivedRequest<S>, 'answered' | 'at'>): Behaviour {
    this.current = this.script.shift() ?? this.current;
    this.requests.push({ ...request, answered: this.current.kind, at: performance.now() });
    return this.current;
  }

  async close(): Promise<void> {
    await this.gate.turn('closed');
    await this.stop();
  }
}
