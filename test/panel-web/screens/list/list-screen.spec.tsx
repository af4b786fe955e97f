import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adjust, HOME, route, type ListRoute } from '../../../../libs/panel-web/src/app/router.js';
import { ListScreen } from '../../../../libs/panel-web/src/screens/list/list-screen.js';
import { refused } from '../../../../libs/panel-web/src/state/connection.js';
import { meta } from '../../../../libs/panel-web/src/state/meta.js';
import { EMPTY_BOOK } from '../../../../libs/panel-web/src/state/trace-book.js';
import {
  book,
  counts,
  queryProblem,
  takeList,
} from '../../../../libs/panel-web/src/state/traces.js';
import { panelMeta } from '../../state/panel-meta.js';

const COUNTS = { all: 214, errors: 3, slow: 0, nPlusOne: 2, inFlight: 0, orphans: 0, noise: 41 };

const ANSWERS: Record<string, unknown> = {
  '/api/export': {
    doctor: [
      { id: 'a', status: 'ok', text: 'Tracing came first.' },
      { id: 'b', status: 'fail', text: 'Nothing listens there.', remedy: 'Start it.' },
    ],
  },
  '/api/routes': {
    routes: [
      {
        name: 'GET /orders/:id',
        entry: 'http',
        count: 1204,
        p50Ms: 12,
        p95Ms: 128,
        maxMs: 400,
        errors: 3,
        queriesPerTrace: 4.25,
        nPlusOne: 1,
        traceId: 'new',
        slowestTraceId: 'slow',
      },
    ],
  },
};

let root: HTMLElement;

function List() {
  return <ListScreen route={route.value as ListRoute} />;
}

async function show(at: Partial<ListRoute> = {}): Promise<void> {
  adjust({ ...HOME, ...at });
  await act(() => render(<List />, root));
}

const buttons = () => [...root.querySelectorAll<HTMLElement>('button')];
const button = (text: string) => buttons().find(({ textContent }) => textContent?.includes(text));

beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
  meta.value = panelMeta();
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(Response.json(ANSWERS[new URL(url).pathname] ?? {})),
  );
  const nothing = { bootId: 'one', seq: 1, traces: [], removed: [], matching: 0, counts: COUNTS };
  takeList(nothing, false);
});

afterEach(() => {
  render(null, root);
  root.remove();
  vi.unstubAllGlobals();
  book.value = EMPTY_BOOK;
  meta.value = undefined;
  counts.value = undefined;
  queryProblem.value = undefined;
  refused.value = undefined;
});

describe('a list without traces', () => {
  it('tells how to make the first one, and whether something is in its way', async () => {
    await show();
    await vi.waitUntil(() => root.querySelector('.doctor'));
    expect(root.textContent).toContain('No traces yet');
    expect(root.textContent).toContain('curl http://localhost:3000/users');
    expect(root.textContent).toContain('1 of 2 checks needs a look');
    expect(root.textContent).toContain('Start it.');
  });

  it('says that it is the filter, which can be taken away', async () => {
    await show({ query: 'status:>=500' });
    expect(root.textContent).toContain('0 of 214 traces match');
    await act(() => button('Clear the filter')?.click());
    expect(route.value).toEqual(HOME);
  });

  it('does not say that nothing matches what it could not read', async () => {
    queryProblem.value = { message: 'no', from: 0, to: 1 };
    await show({ query: 'dur:>x' });
    expect(root.textContent).toContain('The filter cannot be read');
  });

  it('waits before it says that there is nothing', async () => {
    book.value = EMPTY_BOOK;
    await show();
    expect(root.textContent).toContain('Waiting for the application');
  });

  it('does not pretend to be empty when it was refused', async () => {
    refused.value = { kind: 'refused', refusal: { reason: 'no' } };
    await show();
    expect(root.textContent).toContain('does not let this browser in');
  });
});

describe('the bar above the list', () => {
  it('has quick filters with counts, which go in and out of the query', async () => {
    await show({ query: 'dur:>1s' });
    const chip = button('Errors');
    expect(chip?.textContent).toBe('Errors 3');
    expect(chip?.getAttribute('aria-pressed')).toBe('false');
    await act(() => chip?.click());
    expect(route.value).toMatchObject({ query: 'dur:>1s has:error' });
    await show(route.value as ListRoute);
    expect(button('Errors')?.getAttribute('aria-pressed')).toBe('true');
    await act(() => button('Errors')?.click());
    expect(route.value).toMatchObject({ query: 'dur:>1s' });
  });

  it('shows the noise when asked', async () => {
    await show();
    await act(() => button('41 hidden')?.click());
    expect(route.value).toMatchObject({ noise: true });
  });
});

describe('the list by route', () => {
  it('leads to the traces of a route, and to the slowest of them', async () => {
    await show();
    await act(() => button('By route')?.click());
    await show(route.value as ListRoute);
    await vi.waitUntil(() => root.querySelector('tbody tr'));
    const cells = [...root.querySelectorAll('tbody th, tbody td')].map((cell) => cell.textContent);
    expect(cells).toEqual([
      'GET /orders/:id',
      '1\u202f204',
      '3',
      '12 ms',
      '128 ms',
      '',
      '400 ms',
      '4.3',
      'N+1',
    ]);
    const links = [...root.querySelectorAll('tbody a')].map((link) =>
      link.getAttribute('href')?.replace(/^[^#]*/, ''),
    );
    expect(links).toEqual([
      `#/traces?${new URLSearchParams({ q: 'name:="GET /orders/:id"' })}`,
      '#/trace/slow',
    ]);
  });
});
