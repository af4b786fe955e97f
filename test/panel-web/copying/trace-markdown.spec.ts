import { describe, expect, it } from 'vitest';
import { traceMarkdown } from '../../../libs/panel-web/src/copying/trace-markdown.js';
import { traceOf } from './fixtures.js';

describe('traceMarkdown', () => {
  it('says what it was, how long it took, and how it went', () => {
    const text = traceMarkdown(traceOf([['GET /orders/:id', -1, 0]], { httpStatus: 500 }));
    expect(text).toContain('### GET /orders/:id → 500, 128 ms');
    expect(text).toContain('`4bf92f3577b34da6a3ce929d0e0e4736`');
    expect(text).toContain('```\nGET /orders/:id  1 ms\n```');
  });

  it('lets no name break out', () => {
    const text = traceMarkdown(traceOf([['x\n```\n# owned', -1, 0]]));
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toEqual([]);
    expect(text).toContain('````\nx ⏎ ``` ⏎ # owned');
  });
});
