import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExporterCard } from '../../../../libs/panel-web/src/screens/export/exporter-card.js';
import type { ExporterStatus } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { now } from '../../../../libs/panel-web/src/state/now.js';
import { meta } from '../../../../libs/panel-web/src/state/meta.js';
import { mounted } from '../../mounted.js';
import { panelMeta } from '../../panel-meta.js';
import { exporterOf } from './exporter-fixture.js';

afterEach(() => {
  meta.value = undefined;
  vi.unstubAllGlobals();
});

const button = (page: HTMLElement) => page.querySelector<HTMLButtonElement>('button');

describe('ExporterCard', () => {
  it('says what is wrong and what to do', async () => {
    const lastError = { at: 0, message: 'connect ECONNREFUSED', hint: 'Start it.', count: 6 };
    const page = await mounted(
      <ExporterCard exporter={exporterOf({ state: 'failing', lastError })} />,
    );
    expect(page.textContent).toContain('connect ECONNREFUSED');
    expect(page.textContent).toContain('Start it.');
    expect(page.querySelector('.badge')?.textContent).toBe('failing');
  });

  it('says why spans were lost', async () => {
    const failedBy = { timeout: 2, unreachable: 1500 };
    const dropped = { queueFull: 7, shutdown: 0 };
    const page = await mounted(
      <ExporterCard exporter={exporterOf({ failed: 1502, failedBy, dropped })} />,
    );
    expect(page.textContent).toContain('not reachable, 2 no answer in time');
    expect(page.textContent).toContain('7 queue full');
  });

  it('says that a backend is left alone, and what comes next', async () => {
    const text = async (breaker: ExporterStatus['breaker']) =>
      (await mounted(<ExporterCard exporter={exporterOf({ ...(breaker && { breaker }) })} />))
        .textContent;
    const { value } = now;
    const open = { state: 'open', since: value - 5000 } as const;
    expect(await text({ ...open, until: value + 12_000 })).toContain('It is asked again in 12 s.');
    expect(await text({ ...open, until: value })).toContain('It is asked with the next batch.');
    expect(await text({ ...open, state: 'half_open', until: value })).toContain(
      'One batch is under way',
    );
    expect(await text(undefined)).not.toContain('left alone');
  });

  it('sends a test through the exporter it is about, and shows the answer', async () => {
    const fetched = vi.fn<typeof fetch>(async () =>
      Response.json({ ok: false, durationMs: 4, text: 'refused', hint: 'Start it.', traceId: 'a' }),
    );
    vi.stubGlobal('fetch', fetched);
    const page = await mounted(<ExporterCard exporter={exporterOf({ index: 1 })} />);
    await act(() => button(page)?.click());
    await vi.waitUntil(() => page.querySelector('.export-answer'));
    expect(fetched.mock.calls[0]).toMatchObject([
      expect.stringContaining('api/test-export'),
      { method: 'POST', body: '{"index":1}' },
    ]);
    expect(page.querySelector('.export-answer')?.textContent).toContain(
      'Failed after 4 ms: refused',
    );
  });

  it('sends nothing where only reading is allowed, and says why', async () => {
    meta.value = panelMeta({ readOnly: true });
    const page = await mounted(<ExporterCard exporter={exporterOf()} />);
    expect(button(page)?.disabled).toBe(true);
    expect(button(page)?.title).toContain('panel.readOnly');
  });
});
