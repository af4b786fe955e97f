import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TracePropagation } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { PropagationTab } from '../../../../libs/panel-web/src/screens/trace-tabs/propagation-tab.js';
import { traceOf } from '../../copying/fixtures.js';
import { mounted } from '../../mounted.js';

const INCOMING: TracePropagation['incoming'][number] = {
  spanId: 'a',
  spanName: 'GET /',
  headers: [{ name: 'traceparent', value: '00-0', verdict: 'malformed', note: 'too short' }],
  verdict: 'ignored: malformed',
  text: 'A new trace begins here.',
  sampler: 'AlwaysOn',
  sampled: true,
};
const OUTGOING: TracePropagation['outgoing'][number] = {
  row: 3,
  spanId: 'c',
  spanName: 'GET rates',
  target: 'http://rates',
  headers: [],
  reason: 'Its host is not in the list.',
};

async function tab(value: TracePropagation) {
  vi.stubGlobal('fetch', async () => Response.json(value));
  const selected: string[] = [];
  const page = await mounted(
    <PropagationTab
      traceId="t"
      detail={traceOf([['GET /', -1, 0]])}
      onSelectSpan={(spanId) => selected.push(spanId)}
    />,
  );
  await vi.waitUntil(() => page.querySelector('.propagation'));
  return { page, selected };
}

afterEach(() => vi.unstubAllGlobals());

describe('PropagationTab', () => {
  it('says why a header was not taken, and why none was sent', async () => {
    const { page } = await tab({
      propagators: ['tracecontext'],
      incoming: [INCOMING],
      outgoing: [OUTGOING],
    });
    expect(page.textContent).toContain('malformed · too short');
    expect(page.textContent).toContain('No header was sent. Its host is not in the list.');
    expect(page.textContent).toContain('1 call, 1 without the context');
  });

  it('says so when nobody reads headers at all', async () => {
    const { page } = await tab({ propagators: [], incoming: [], outgoing: [] });
    expect(page.textContent).toContain('No propagator is set');
    expect(page.textContent).toContain('called no other service');
  });

  it('leads to the span that answered', async () => {
    const answered = { service: 'billing', spanId: 'd' };
    const headers = [{ name: 'traceparent', value: '00-1', verdict: 'valid', note: '' }] as const;
    const { page, selected } = await tab({
      propagators: ['tracecontext'],
      incoming: [],
      outgoing: [{ ...OUTGOING, headers, answered }],
    });
    const links = [...page.querySelectorAll('button')];
    await act(() => links.find(({ textContent }) => textContent === 'its span')?.click());
    expect(selected).toEqual(['d']);
  });
});
