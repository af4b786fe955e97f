/** The collector, a process of its own: its work must not take time from whom it is measured by. */
import { serveParent } from '../harness/serve-parent.js';
import { Door } from './door.js';
import type { Exchange } from './exchange.js';
import { faults, type FaultName } from './faults/index.js';
import { createGrpcBackend } from './grpc.backend.js';
import { createHttpBackend } from './http.backend.js';
import { Ledger } from './ledger.js';

export interface DoorSettings {
  readonly name: string;
  readonly protocol: 'grpc' | 'http/protobuf' | 'http/json' | 'zipkin';
  readonly fault: FaultName;
  readonly ledger: string;
  /** Of requests in the ledger already, when a collector comes back. */
  readonly firstRequest?: number;
  /** Left out, any that is free. */
  readonly port?: number;
  /** Connections the kernel keeps until they are accepted. */
  readonly backlog?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export type CollectorQuestion =
  | { readonly ask: 'open'; readonly door: DoorSettings }
  | { readonly ask: 'turn'; readonly name: string; readonly fault: FaultName }
  /** The most connections each door has had at once. */
  | { readonly ask: 'sockets' };

const doors = new Map<string, Door>();

async function open(settings: DoorSettings): Promise<number> {
  const { protocol, ledger: path, firstRequest = 0, port = 0, backlog = 511, tls } = settings;
  const ledger = new Ledger(path, firstRequest);
  const treat = (exchange: Exchange): void => {
    const { request } = door.fault;
    if (request === undefined) exchange.acknowledge();
    else request(exchange);
  };
  const create = protocol === 'grpc' ? createGrpcBackend : createHttpBackend;
  const door = new Door(create(ledger, treat, tls), port, backlog);
  doors.set(settings.name, door);
  return door.turn(faults[settings.fault]);
}

serveParent<CollectorQuestion>(async (question) => {
  switch (question.ask) {
    case 'open':
      return open(question.door);
    case 'turn':
      return doors.get(question.name)?.turn(faults[question.fault]);
    case 'sockets':
      return Math.max(...[...doors.values()].map(({ mostSockets }) => mostSockets));
    default:
      return question satisfies never;
  }
});
