import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adjust, HOME, route } from '../../../../libs/panel-web/src/app/router.js';
import { listenForShortcuts } from '../../../../libs/panel-web/src/keyboard/shortcuts.js';
import { selectedId } from '../../../../libs/panel-web/src/screens/list/selection.js';
import { TraceGrid } from '../../../../libs/panel-web/src/screens/list/trace-grid.js';
import { EMPTY_BOOK } from '../../../../libs/panel-web/src/state/trace-book.js';
import { book, takeList, takeNews } from '../../../../libs/panel-web/src/state/traces.js';
import { traceSummary } from '../../state/trace-summary.js';

const COUNTS = { all: 3, errors: 0, slow: 0, nPlusOne: 0, inFlight: 0, orphans: 0, noise: 0 };
const trace = (id: string, startMs: number, fields = {}) =>
  traceSummary({ id, startMs, ...fields });

let root: HTMLElement;
let endKeys: () => void;

async function press(key: string): Promise<void> {
  await act(() => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  });
}

const rows = () => [...root.querySelectorAll('[role=row][tabindex]')];
const focusedId = () => document.activeElement?.id;

beforeEach(async () => {
  root = document.body.appendChild(document.createElement('div'));
  endKeys = listenForShortcuts();
  selectedId.value = undefined;
  const traces = [
    trace('c', 3, { name: 'GET /c\u202e', services: ['orders', 'billing'] }),
    trace('b', 2, { errors: 1, note: 'TypeError: no', httpStatus: 500, nPlusOne: 1, queries: 9 }),
    trace('a', 1, { inFlight: true, notExported: true }),
  ];
  takeList({ bootId: 'one', seq: 1, traces, removed: [], matching: 3, counts: COUNTS }, false);
  await act(() => render(<TraceGrid />, root));
});

afterEach(() => {
  render(null, root);
  root.remove();
  endKeys();
  book.value = EMPTY_BOOK;
});

describe('the grid of traces', () => {
  it('is a grid with numbered rows, of which one can be reached with Tab', () => {
    const grid = root.querySelector('[role=grid]');
    expect(grid?.getAttribute('aria-rowcount')).toBe('4');
    expect(rows().map((row) => row.getAttribute('aria-rowindex'))).toEqual(['2', '3', '4']);
    expect(rows().map((row) => row.getAttribute('tabindex'))).toEqual(['0', '-1', '-1']);
    const headers = root.querySelectorAll('[role=columnheader]').length;
    expect(rows()[0]?.querySelectorAll('[role=gridcell]')).toHaveLength(headers);
  });

  it('shows what is remarkable', () => {
    const [first, second, third] = rows().map((row) => row.textContent);
    expect(first).toContain(String.raw`GET /c\u202e`);
    expect(first).toContain('billing');
    expect(second).toContain('N+1');
    expect(second).toContain('TypeError: no');
    expect(third).toContain('not exported');
    expect(rows()[2]?.querySelector('.bar.is-open')).not.toBeNull();
  });

  it('moves with the keys, and takes the focus along', async () => {
    await press('j');
    expect(focusedId()).toBe('trace-c');
    await press('ArrowDown');
    expect(focusedId()).toBe('trace-b');
    await press('End');
    expect(focusedId()).toBe('trace-a');
    await press('E');
    expect(focusedId()).toBe('trace-b');
    await press('Home');
    expect(focusedId()).toBe('trace-c');
  });

  it('lets go of the row with Escape, and of the filter with another one', async () => {
    adjust({ ...HOME, query: 'has:error' });
    await press('j');
    await press('Escape');
    expect(document.activeElement).toBe(document.body);
    expect(route.value).toMatchObject({ query: 'has:error' });
    await press('Escape');
    expect(route.value).toEqual(HOME);
  });

  it('opens the trace the keys are at', async () => {
    await press('j');
    await press('Enter');
    expect(route.value).toMatchObject({ screen: 'trace', traceId: 'c' });
  });

  it('moves nothing while somebody is at a row', async () => {
    await press('j');
    const news = { bootId: 'one', seq: 2, upserts: [trace('d', 4)], removed: [], matching: 4 };
    await act(() => takeNews({ ...news, counts: COUNTS }));
    expect(rows()[0]?.id).toBe('trace-c');
    const button = root.querySelector<HTMLElement>('.list-new');
    expect(button?.textContent).toContain('1 new');
    await act(() => button?.click());
    expect(rows()[0]?.id).toBe('trace-d');
    expect(root.querySelector('.list-new')).toBeNull();
  });

  it('takes new ones in when nobody is there', async () => {
    const news = { bootId: 'one', seq: 2, upserts: [trace('d', 4)], removed: [], matching: 4 };
    await act(() => takeNews({ ...news, counts: COUNTS }));
    expect(rows()[0]?.id).toBe('trace-d');
  });
});
