import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  SPAN_FLAG,
  type NestPhase,
} from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../../../libs/panel-web/src/api/endpoints.js';
import { adjust, route } from '../../../../libs/panel-web/src/app/router.js';
import { listenForShortcuts } from '../../../../libs/panel-web/src/keyboard/shortcuts.js';
import { TraceScreen } from '../../../../libs/panel-web/src/screens/trace/trace-screen.js';
import { mounted } from '../../mounted.js';
import { repeated, traceFrom } from './trace-fixture.js';

const HOSTILE = '<img src=x onerror=alert(1)>\u202e';
const detail = traceFrom({
  name: 'GET /orders',
  duration: 9000,
  below: [
    { name: HOSTILE, below: [{ name: 'inner', flags: SPAN_FLAG.error, duration: 4000 }] },
    ...repeated(6, { name: 'SELECT items', flags: SPAN_FLAG.nPlusOne }),
  ],
});

let stopListening: () => void;

function Screen() {
  const current = route.value;
  return current.screen === 'trace' ? <TraceScreen route={current} /> : null;
}

async function shown(span?: string): Promise<HTMLElement> {
  adjust({ screen: 'trace', traceId: 't', tab: 'waterfall', ...(span && { span }) });
  const root = await mounted(<Screen />);
  // The answer comes, is drawn, and sets going what follows from it.
  await act(() => new Promise((resolve) => setTimeout(resolve)));
  return root;
}

async function press(key: string): Promise<void> {
  await act(() => {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
}

const rows = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>('.wf-row')];
const names = (root: HTMLElement) =>
  rows(root).map((row) => row.querySelector('.wf-text')?.textContent);
const attributes = (row: HTMLElement | undefined, ...keys: string[]) =>
  keys.map((key) => row?.getAttribute(`aria-${key}`) ?? null);

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(api, 'trace').mockResolvedValue({ ok: true, value: detail });
  vi.spyOn(api, 'span').mockResolvedValue({ ok: false, failure: { kind: 'unreachable' } });
  stopListening = listenForShortcuts();
});

afterEach(() => {
  stopListening();
  vi.restoreAllMocks();
});

describe('the trace screen', () => {
  it('is a tree grid that says where each row is', async () => {
    const root = await shown();
    const grid = root.querySelector('[role=treegrid]');
    expect(grid?.getAttribute('aria-rowcount')).toBe('5');
    const [first, second, third, fold] = rows(root);
    const keys = ['level', 'posinset', 'setsize', 'expanded', 'rowindex'];
    expect(attributes(first, ...keys)).toEqual(['1', '1', '1', 'true', '2']);
    expect(attributes(second, ...keys)).toEqual(['2', '1', '2', 'true', '3']);
    expect(attributes(third, ...keys)).toEqual(['3', '1', '1', null, '4']);
    expect(attributes(fold, ...keys)).toEqual(['2', '2', '2', 'false', '5']);
    expect(third?.getAttribute('aria-label')).toBe(
      'orders inner, 4 milliseconds, starts at 0 microseconds, error',
    );
    expect(fold?.getAttribute('aria-label')).toContain('orders 6 times SELECT items, 6 milli');
    expect(rows(root).filter((row) => row.tabIndex === 0)).toEqual([first]);
  });

  it('shows hostile names as text', async () => {
    const root = await shown();
    expect(names(root)[1]).toBe('<img src=x onerror=alert(1)>\\u202e');
    expect(root.querySelector('img')).toBeNull();
  });

  it('moves, closes and opens with the keyboard, the focus along with it', async () => {
    const root = await shown();
    rows(root)[0]?.focus();
    await press('ArrowDown');
    expect(document.activeElement).toBe(rows(root)[1]);
    await press('ArrowLeft');
    expect(names(root)).toEqual(['GET /orders', names(root)[1], 'SELECT items']);
    await press('End');
    await press('Enter');
    expect(rows(root)).toHaveLength(9);
    await press('[');
    expect(names(root)).toEqual(['GET /orders']);
  });

  it('opens the details, lets them follow, and gives the focus back', async () => {
    const root = await shown();
    rows(root)[0]?.focus();
    await press('Enter');
    expect(root.querySelector('[role=complementary] h2')?.textContent).toBe('GET /orders');
    await press('e');
    expect(root.querySelector('[role=complementary] h2')?.textContent).toBe('inner');
    expect(route.peek()).toMatchObject({ span: 's2' });
    await press('Escape');
    expect(root.querySelector('[role=complementary]')).toBeNull();
    expect(document.activeElement).toBe(rows(root)[2]);
  });

  it('opens what hides the span of the address', async () => {
    const root = await shown('s5');
    expect(rows(root)).toHaveLength(10);
    const selected = rows(root).find((row) => row.getAttribute('aria-selected') === 'true');
    expect(selected?.tabIndex).toBe(0);
  });

  it('names the phases of Nest, and only hints at the time between them', async () => {
    const phase = (name: NestPhase['phase'], start: number, duration: number) => ({
      phase: name,
      start,
      duration,
      spans: 1,
    });
    const phases = [
      phase('guards', 0, 10),
      phase('between', 10, 8000),
      phase('handler', 8010, 900),
    ];
    vi.mocked(api.trace).mockResolvedValue({ ok: true, value: { ...detail, phases } });
    const root = await shown();
    const texts = [...root.querySelectorAll('.phases button')].map((button) => button.textContent);
    expect(texts).toEqual(['guards10 µs', 'handler900 µs']);
    expect(root.querySelector('.is-longest')?.textContent).toContain('handler');
    const gap = root.querySelector('.phases > span');
    expect(gap?.textContent).toBe('');
    expect(gap?.getAttribute('title')).toBe('Between the phases: 8 ms, 90 %, 1 span');
  });

  it('comes back to the cursor when it is sent to the same line again', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(80);
    const root = await shown();
    const grid = root.querySelector('[role=treegrid]');
    await press('e');
    const there = grid?.scrollTop;
    expect(there).toBeGreaterThan(0);
    await act(() => grid?.scrollTo({ top: 0 }));
    expect(grid?.scrollTop).toBe(0);
    await press('e');
    expect(grid?.scrollTop).toBe(there);
  });

  it('says why a trace is gone, and where else it may be', async () => {
    const links = [
      { name: 'Jaeger', url: 'http://jaeger.test/1' },
      { name: 'Bad', url: 'javascript:alert(1)' },
    ];
    const gone = { reason: 'evicted', text: 'The last 500 are kept.', links } as const;
    vi.mocked(api.trace).mockResolvedValue({ ok: false, failure: { kind: 'gone', gone } });
    const root = await shown();
    expect(root.textContent).toContain('The last 500 are kept.');
    const targets = [...root.querySelectorAll('.open-in a')].map((a) => a.getAttribute('href'));
    expect(targets).toEqual(['http://jaeger.test/1']);
  });
});
