import { request } from 'node:http';
import {
  Controller,
  Module,
  Post,
  Req,
  UploadedFile,
  UseInterceptors,
  type DynamicModule,
} from '@nestjs/common';
import { ExpressAdapter, FileInterceptor } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OtelModule, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call, untraced } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';

const BOUNDARY = 'nestrace-boundary';
const SECRET = 'the content of the file';

/** A form with one file, as a browser sends it. */
function form(content: string): Buffer {
  return Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n` +
      `Content-Type: text/plain\r\n\r\n${content}\r\n--${BOUNDARY}--\r\n`,
  );
}

const HEADERS = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

@Controller()
class MulterController {
  @Post('upload')
  @UseInterceptors(FileInterceptor('file'))
  @Traced()
  upload(@UploadedFile() file: { size: number }): number {
    return file.size;
  }
}

@Controller()
class StreamController {
  @Post('upload')
  @Traced()
  async upload(@Req() { raw }: { raw: AsyncIterable<Buffer> }): Promise<number> {
    let size = 0;
    for await (const chunk of raw) size += chunk.length;
    return size;
  }
}

const telemetry = new InMemoryTelemetry();

function uploadsWith(controller: typeof MulterController | typeof StreamController): DynamicModule {
  @Module({
    imports: [OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] })],
    controllers: [controller],
  })
  class UploadsModule {}
  return { module: UploadsModule };
}

const kinds: readonly (readonly [string, () => Promise<RunningApp>, string])[] = [
  [
    'Express and multer',
    () => startApp(uploadsWith(MulterController), new ExpressAdapter()),
    'MulterController',
  ],
  [
    'Fastify and a stream',
    () => {
      const adapter = new FastifyAdapter({ forceCloseConnections: true });
      adapter
        .getInstance()
        .addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
      return startApp(uploadsWith(StreamController), adapter);
    },
    'StreamController',
  ],
];

describe.each(kinds)('an upload with %s', (_name, start, controller) => {
  let running: RunningApp;
  afterEach(async () => {
    await running.close();
    telemetry.clear();
  });

  const tree: SpanExpectation = {
    name: 'POST /upload',
    kind: 'SERVER',
    status: 'UNSET',
    attributes: { 'http.response.status_code': 201, 'nest.controller': controller },
    children: [{ name: `${controller}.upload`, kind: 'INTERNAL' }],
  };

  it('is one request with the spans of its handler, and shows nothing of the file', async () => {
    running = await start();
    const answer = await call(`${running.url}/upload`, {
      method: 'POST',
      headers: HEADERS,
      body: form(SECRET),
    });
    expect(Number(answer.text)).toBeGreaterThanOrEqual(SECRET.length);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, tree);
    expect(JSON.stringify(spans)).not.toContain(SECRET);
  });

  it('keeps its trace while the file comes in pieces, next to others', async () => {
    running = await start();
    const body = form('x'.repeat(200_000));
    await Promise.all(
      Array.from({ length: 5 }, () =>
        untraced(
          () =>
            new Promise<void>((resolve, reject) => {
              const outgoing = request(
                `${running.url}/upload`,
                { method: 'POST', headers: HEADERS, agent: false },
                (response) => response.resume().on('end', resolve),
              );
              outgoing.on('error', reject);
              for (let at = 0; at < body.length; at += 50_000) {
                outgoing.write(body.subarray(at, at + 50_000));
              }
              outgoing.end();
            }),
        ),
      ),
    );
    await waitUntil(() => telemetry.spans().length === 10, 'five traces of two spans');
    for (const traceId of new Set(telemetry.spans().map((span) => span.traceId))) {
      expectTrace(
        telemetry.spans().filter((span) => span.traceId === traceId),
        tree,
      );
    }
  });

  it('ends when the client leaves in the middle of it', async () => {
    running = await start();
    const outgoing = untraced(() =>
      request(`${running.url}/upload`, {
        method: 'POST',
        headers: { ...HEADERS, 'content-length': '1000000' },
        agent: false,
      }),
    );
    outgoing.on('error', () => {});
    outgoing.write(form(SECRET).subarray(0, 100));
    await waitUntil(() => telemetry.openSpans().length > 0, 'the request is open');
    outgoing.destroy();
    const server = await telemetry.waitForSpan((span) => span.kind === 'SERVER');
    expect(server.attributes['error.type']).toBeDefined();
    await waitUntil(() => telemetry.openSpans().length === 0, 'everything has ended');
  });
});
