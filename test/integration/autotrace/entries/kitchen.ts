import type { AddressInfo, Server } from 'node:net';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import type { InMemoryTelemetry, SpanExpectation } from 'nestrace/testing';
import { lastValueFrom, timeout } from 'rxjs';
import { untraced } from '../../../support/client.js';

/** Tracing as the suites here want it: everything is kept, nothing leaves the process. */
export function tracing(
  telemetry: InMemoryTelemetry,
  options: OtelModuleOptions = {},
): DynamicModule {
  return OtelModule.forRoot({
    exporters: 'none',
    outgoing: false,
    sampling: { strategy: 'always' },
    processors: [telemetry],
    ...options,
  });
}

/** The ways a microservice comes about. */
export const ARRANGEMENTS = [
  'a microservice',
  'a hybrid application',
  'a hybrid application that shares no configuration',
] as const;

export interface RunningMicroservice {
  send(pattern: unknown, data?: unknown): Promise<unknown>;
  emit(pattern: unknown, data?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a microservice over TCP, and a client for it. */
export async function startMicroservice(
  module: Type | DynamicModule,
  arrangement: (typeof ARRANGEMENTS)[number] = 'a microservice',
): Promise<RunningMicroservice> {
  const { port, close } = await (arrangement === 'a microservice'
    ? listenAlone(module)
    : listenBeside(module, arrangement === 'a hybrid application'));
  const client = ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: HOST, port },
  });
  await untraced(() => client.connect());
  return {
    send: (pattern, data = {}) => answer((one) => one.send(pattern, data)),
    emit: (pattern, data = {}) => answer((one) => one.emit(pattern, data)),
    close: async () => {
      client.close();
      await close();
    },
  };

  function answer(call: (client: ClientProxy) => ReturnType<ClientProxy['send']>) {
    const isDone = { defaultValue: undefined };
    return untraced(() => lastValueFrom(call(client).pipe(timeout(3000)), isDone));
  }
}

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const onAnyPort: MicroserviceOptions = {
  transport: Transport.TCP,
  options: { host: HOST, port: 0 },
};

async function listenAlone(module: Type | DynamicModule): Promise<Listening> {
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    ...onAnyPort,
    logger: false,
  });
  await server.listen();
  return { port: portOf(server), close: () => server.close() };
}

async function listenBeside(
  module: Type | DynamicModule,
  inheritAppConfig: boolean,
): Promise<Listening> {
  const app = await NestFactory.create(module, { logger: false });
  const server = app.connectMicroservice<MicroserviceOptions>(onAnyPort, { inheritAppConfig });
  await app.startAllMicroservices();
  await app.init();
  return { port: portOf(server), close: () => app.close() };
}

function portOf(server: INestMicroservice): number {
  return (server.unwrap<Server>().address() as AddressInfo).port;
}

/** What may be special about a span of auto tracing. */
interface Part {
  readonly status?: SpanExpectation['status'];
  readonly errorType?: string;
  readonly children?: readonly SpanExpectation[];
}

function part(
  name: string,
  type: string,
  { status = 'UNSET', errorType, children = [] }: Part,
  attributes: SpanExpectation['attributes'] = {},
): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    status,
    attributes: { 'nest.type': type, 'error.type': errorType, ...attributes },
    children,
  };
}

export function guard(
  owner: string,
  outcome: 'allow' | 'deny' | 'throw' | undefined,
  given: Part = {},
): SpanExpectation {
  return part(`${owner}.canActivate`, 'guard', given, { 'nest.guard.outcome': outcome });
}

export function pipe(owner: string, given: Part = {}): SpanExpectation {
  return part(`${owner}.transform`, 'pipe', given);
}

export function interceptor(
  owner: string,
  phase: 'before' | 'after',
  given: Part = {},
): SpanExpectation {
  const name = `${owner}.intercept${phase === 'after' ? ' (after)' : ''}`;
  return part(name, 'interceptor', given, { 'nest.interceptor.phase': phase });
}

export function filter(owner: string, exception: string, given: Part = {}): SpanExpectation {
  return part(`${owner}.catch`, 'filter', given, { 'exception.type': exception });
}

export function handler(name: string, given: Part = {}): SpanExpectation {
  return part(name, 'handler', given);
}

export function provider(name: string, given: Part = {}): SpanExpectation {
  return part(name, 'provider', given);
}
