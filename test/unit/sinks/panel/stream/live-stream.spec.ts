import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LiveStream } from '../../../../../libs/nestrace/src/sinks/panel/stream/live-stream.js';
import { FakeBackend } from '../../../support/fake-backend.js';

const query = { text: '', noise: false, since: 0 };

/** A browser that reads only when it is told to. */
class SlowBrowser {
  written: string[] = [];
  writableLength = 0;
  destroyed = false;

  write(text: string): void {
    this.written.push(text);
    this.writableLength += text.length;
  }

  destroy(): void {
    this.destroyed = true;
  }

  readAll(): readonly string[] {
    const all = this.written;
    this.written = [];
    this.writableLength = 0;
    return all;
  }
}

const listening = () => {
  const browser = new SlowBrowser();
  const backend = new FakeBackend();
  const response = browser as unknown as ServerResponse;
  const stream = new LiveStream(response, FakeBackend.asBackend(backend), query, 0);
  return { browser, backend, stream };
};

describe('the stream to a browser', () => {
  it('shows at once that it flows, and a sign of life when nothing happens', () => {
    const { browser, stream } = listening();
    expect(browser.readAll()).toEqual([': open\n\n']);
    stream.turn(0);
    expect(browser.readAll()).toHaveLength(1);
    stream.turn(14_999);
    expect(browser.readAll()).toEqual([]);
    stream.turn(15_000);
    expect(browser.readAll()).toEqual([': alive\n\n']);
    stream.turn(16_000);
    expect(browser.readAll()).toEqual([]);
  });

  it('brings together what happened between two turns', () => {
    const { browser, backend, stream } = listening();
    stream.turn(0);
    browser.readAll();
    backend.seq = 20;
    stream.turn(250);
    const [tick = '', ...more] = browser.readAll();
    expect(more).toEqual([]);
    expect(tick).toMatch(/^id: 20\nevent: tick\ndata: \{.*\}\n\n$/);
    expect(backend.called('tick').at(-1)).toEqual([{ ...query, since: 7 }]);
  });

  it('tells of exports and of capture without a new trace', () => {
    const { browser, backend, stream } = listening();
    stream.turn(0);
    browser.readAll();
    backend.brief = { state: 'fail', text: 'nobody listens' };
    stream.turn(250);
    expect(browser.readAll().join('')).toContain('nobody listens');
  });

  it('keeps no more than a bit over a megabyte for one that does not read', () => {
    const { browser, backend, stream } = listening();
    backend.ballast = 'x'.repeat(300_000);
    for (let turn = 1; turn < 50; turn += 1) {
      backend.seq += 1;
      stream.turn(turn);
    }
    expect(browser.writableLength).toBeLessThan(1_500_000);
    const asked = backend.called('tick').length;
    stream.turn(100);
    expect(backend.called('tick')).toHaveLength(asked);
    browser.readAll();
    stream.turn(200);
    expect(browser.readAll()).toEqual(['event: resync\n\n']);
    backend.ballast = '';
    backend.seq += 1;
    stream.turn(300);
    expect(browser.readAll().join('')).toContain(`trace ${backend.seq}"`);
    expect(browser.destroyed).toBe(false);
  });

  it('gives up one that reads nothing for a minute', () => {
    const { browser, stream } = listening();
    browser.writableLength = 2 * 1024 * 1024;
    stream.turn(1000);
    stream.turn(61_000);
    expect(browser.destroyed).toBe(false);
    stream.turn(61_001);
    expect(browser.destroyed).toBe(true);
  });
});
