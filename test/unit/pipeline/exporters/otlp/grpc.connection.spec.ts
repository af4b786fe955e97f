import { channel } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GrpcConnection } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/grpc.connection.js';
import { startOtlpGrpcReceiver } from '../../../../support/receivers/otlp-grpc.receiver.js';
import type { OtlpSpan } from '../../../../support/receivers/otlp-span.js';
import type { Receiver } from '../../../../support/receivers/receiver.js';
import { waitUntil } from '../../../../support/wait-until.js';

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const asIs = (bytes: Buffer): Buffer => bytes;

let receiver: Receiver<OtlpSpan>;
const open: GrpcConnection[] = [];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});
beforeEach(async () => {
  receiver = await startOtlpGrpcReceiver();
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await receiver.close();
});

function connectionTo(url: string): GrpcConnection {
  const credentials = url.startsWith('https:')
    ? grpc.credentials.createSsl()
    : grpc.credentials.createInsecure();
  const client = new grpc.Client(new URL(url).host, credentials, {
    'grpc.use_local_subchannel_pool': 1,
  });
  const connection = new GrpcConnection(client);
  open.push(connection);
  return connection;
}

/** Resolves with the status of the call. */
function callOver(connection: GrpcConnection): Promise<grpc.status> {
  return new Promise((resolve) => {
    connection.call((client, ended) =>
      client.makeUnaryRequest(METHOD, asIs, asIs, Buffer.alloc(0), (error) => {
        ended();
        resolve(error?.code ?? grpc.status.OK);
      }),
    );
  });
}

describe('GrpcConnection', () => {
  it('carries calls', async () => {
    expect(await callOver(connectionTo(receiver.url))).toBe(grpc.status.OK);
    expect(receiver.requests).toHaveLength(1);
  });

  it('cancels what is under way when it is closed', async () => {
    await receiver.behave({ kind: 'hang' });
    const connection = connectionTo(receiver.url);
    const calls = [callOver(connection), callOver(connection)];
    await waitUntil(() => receiver.requests.length === 2, 'the calls are under way');

    connection.close();

    expect(await Promise.all(calls)).toEqual([grpc.status.CANCELLED, grpc.status.CANCELLED]);
  });

  it.each(['http:', 'https:'])(
    'takes a connection down that is still made (%s)',
    async (protocol) => {
      await receiver.behave({ kind: 'silent' });
      const connection = connectionTo(receiver.url.replace('http:', protocol));
      const call = callOver(connection);
      await waitUntil(() => receiver.connections === 1, 'it is connecting');

      connection.close();

      expect(await call).toBe(grpc.status.CANCELLED);
      await waitUntil(() => receiver.openConnections === 0, 'the connection is gone');
      expect(receiver.connections).toBe(1);
    },
  );

  it('leaves the connections of everybody else alone', async () => {
    const other = connectionTo(receiver.url);
    await callOver(other);
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    const connection = connectionTo(receiver.url);
    await callOver(connection);
    expect(receiver.openConnections).toBe(3);

    connection.close();

    await waitUntil(() => receiver.openConnections === 2, 'its own connection is gone');
    expect(await callOver(other)).toBe(grpc.status.OK);
    expect(receiver.connections).toBe(3);
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });

  it('does not listen for sockets any more once it is closed', () => {
    expect(channel('net.client.socket').hasSubscribers).toBe(false);
    const connection = connectionTo(receiver.url);
    expect(channel('net.client.socket').hasSubscribers).toBe(true);
    connection.close();
    expect(channel('net.client.socket').hasSubscribers).toBe(false);
  });
});
