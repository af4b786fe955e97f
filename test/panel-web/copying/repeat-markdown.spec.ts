import { describe, expect, it } from 'vitest';
import { repeatMarkdown } from '../../../libs/panel-web/src/copying/repeat-markdown.js';
import { REPEAT } from './fixtures.js';

describe('repeatMarkdown', () => {
  it('names the culprit, the cost and the query before', () => {
    const text = repeatMarkdown(REPEAT);
    expect(text).toContain('### N+1: OrdersService.load → 25×');
    expect(text).toContain('**Cost** 84 ms of 112 ms (75 %)');
    expect(text).toContain('**After** `SELECT * FROM orders`');
  });

  it('claims no share of the trace for queries that ran side by side', () => {
    const text = repeatMarkdown({ ...REPEAT, kind: 'fan-out', totalMs: 400 });
    expect(text).toContain('### Fan-out');
    expect(text).not.toContain('%');
  });
});
