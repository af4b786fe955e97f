import type { ExportResult } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { SpanList } from '../../../../libs/nestrace/src/pipeline/exporters/span-batch.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { HeldExporter } from '../../support/held-exporter.js';

describe('a list of spans', () => {
  it('is exported as a whole, in the order its spans came', async () => {
    const exporter = new HeldExporter();
    const list = new SpanList(exporter);
    expect(list).toMatchObject({ size: 0, resource: undefined });
    const spans = recordSpans((tracer) => {
      for (const name of ['a', 'b']) tracer.startSpan(name).end();
    });
    for (const span of spans) list.add(span);
    expect(list).toMatchObject({ size: 2, resource: spans[0]?.resource });
    const results: ExportResult[] = [];
    list.export((result) => results.push(result));
    expect(exporter.batches).toEqual([['a', 'b']]);
    expect(results).toEqual([]);
    await exporter.answer();
    expect(results).toEqual([{ code: 0 }]);
  });
});
