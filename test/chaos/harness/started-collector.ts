import { join } from 'node:path';
import type { CollectorQuestion, DoorSettings } from '../collector/collector.entry.js';
import type { FaultName } from '../collector/faults/index.js';
import { selfSignedCertificate, type Certificate } from '../../support/certificates.js';
import { Child } from './child.js';
import type { Programs } from './programs.js';
import { readLedger, type Ledger } from './read-ledger.js';

export interface DoorPlan {
  readonly name: string;
  readonly protocol: DoorSettings['protocol'];
  readonly backlog?: number;
  /** It speaks TLS, with a certificate of its own making. */
  readonly tls?: boolean;
}

let collectors = 0;
let certificate: Certificate | undefined;

/** A collector whose process can be killed and comes back on the same ports. */
export class StartedCollector {
  private child: Child<CollectorQuestion>;
  private readonly ports = new Map<string, number>();
  private readonly number = ++collectors;

  constructor(
    private readonly programs: Programs,
    private readonly plans: readonly DoorPlan[],
  ) {
    this.child = this.start();
  }

  async open(): Promise<void> {
    for (const { name, protocol, backlog, tls = false } of this.plans) {
      const port = await this.child.ask<number>({
        ask: 'open',
        door: {
          name,
          protocol,
          ...(backlog !== undefined && { backlog }),
          ...(tls && { tls: (certificate ??= selfSignedCertificate()) }),
          fault: 'well',
          port: this.ports.get(name) ?? 0,
          ledger: this.ledgerPath(name),
          firstRequest: readLedger(this.ledgerPath(name)).requests,
        },
      });
      this.ports.set(name, port);
    }
  }

  port(name: string): number {
    const port = this.ports.get(name);
    if (port === undefined) throw new Error(`there is no door "${name}"`);
    return port;
  }

  /** All doors, or the one that is named. */
  async turn(fault: FaultName, door?: string): Promise<void> {
    for (const { name } of this.plans) {
      if (door === undefined || door === name) await this.child.ask({ ask: 'turn', name, fault });
    }
  }

  /** The most connections any door has had at once. */
  sockets(): Promise<number> {
    return this.child.ask({ ask: 'sockets' });
  }

  ledger(door: string): Ledger {
    return readLedger(this.ledgerPath(door));
  }

  /** Stops every thread of it, as a debugger or a machine that swaps does; `SIGCONT` goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    await this.child.end();
  }

  async comeBack(): Promise<void> {
    this.child = this.start();
    await this.open();
  }

  private start(): Child<CollectorQuestion> {
    return new Child<CollectorQuestion>('the collector', this.programs.collector);
  }

  private ledgerPath(door: string): string {
    return join(this.programs.directory, `${this.number}-${door}.ledger`);
  }
}
