import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../../../libs/nestrace/src/sinks/panel/serving/read-body.js';
import type { PlatformRequest } from '../../../../../libs/nestrace/src/sinks/panel/serving/platform.js';

const unread = (headers = {}): PassThrough => Object.assign(new PassThrough(), { headers });
const platform = (raw: PassThrough, body?: unknown): PlatformRequest =>
  ({ raw, body }) as unknown as PlatformRequest;

describe('a body', () => {
  it.each([
    ['text', '{"a":"ä"}'],
    ['bytes', Buffer.from('{"a":"ä"}')],
    ['an object', { a: 'ä' }],
  ])('may have been read as %s', async (_as, body) => {
    expect(await readBody(platform(unread(), body), 100)).toEqual({ text: '{"a":"ä"}' });
    expect(await readBody(platform(unread(), body), 9)).toEqual({ problem: 'too large' });
  });

  it('is read as it comes, also with a letter cut in two', async () => {
    const raw = unread();
    const reading = readBody(platform(raw), 100);
    const bytes = Buffer.from('"ä"');
    raw.write(bytes.subarray(0, 2));
    raw.end(bytes.subarray(2));
    expect(await reading).toEqual({ text: '"ä"' });
  });

  it('is empty where somebody has read it and kept nothing', async () => {
    const raw = unread();
    raw.end();
    raw.resume();
    await new Promise((resolve) => raw.once('end', resolve));
    expect(await readBody(platform(raw), 100)).toEqual({ text: '' });
  });

  it('is unreadable where the connection breaks, or it is packed', async () => {
    const raw = unread();
    const reading = readBody(platform(raw), 100);
    raw.write('half');
    raw.destroy(new Error('reset'));
    expect(await reading).toEqual({ problem: 'unreadable' });
    const packed = platform(unread({ 'content-encoding': 'br' }));
    expect(await readBody(packed, 100)).toEqual({ problem: 'unreadable' });
  });

  it('is unreadable where its sender went away before it was asked for', async () => {
    const raw = unread();
    raw.destroy();
    await new Promise((resolve) => raw.once('close', resolve));
    expect(await readBody(platform(raw), 100)).toEqual({ problem: 'unreadable' });
  });

  it('is thrown away beyond the limit, and cut off far beyond it', async () => {
    const raw = unread();
    const reading = readBody(platform(raw), 10);
    raw.end('x'.repeat(11));
    expect(await reading).toEqual({ problem: 'too large' });
    const endless = unread();
    const second = readBody(platform(endless), 10);
    endless.write('x'.repeat(81));
    expect(await second).toEqual({ problem: 'unreadable' });
    expect(endless.destroyed).toBe(true);
  });
});
