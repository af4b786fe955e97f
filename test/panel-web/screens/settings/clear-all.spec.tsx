import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClearAll } from '../../../../libs/panel-web/src/screens/settings/clear-all.js';
import { meta } from '../../../../libs/panel-web/src/state/meta.js';
import { mounted } from '../../mounted.js';
import { panelMeta } from '../../panel-meta.js';

afterEach(() => {
  meta.value = undefined;
  vi.unstubAllGlobals();
});

const button = (page: HTMLElement) => page.querySelector<HTMLButtonElement>('button');

describe('ClearAll', () => {
  it('clears when it is pressed twice, and not before', async () => {
    const posted: string[] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      if (init.method === 'POST') posted.push(new URL(url).pathname);
      return Response.json({ traces: [], removed: [] });
    });
    const page = await mounted(<ClearAll />);
    await act(() => button(page)?.click());
    expect(posted).toEqual([]);
    expect(button(page)?.textContent).toBe('Press again to clear');
    await act(() => button(page)?.click());
    expect(posted).toEqual(['/api/clear']);
    await vi.waitUntil(() => page.textContent?.includes('Cleared.'));
  });

  it('is off where only reading is allowed, and says so', async () => {
    meta.value = panelMeta({ readOnly: true });
    const page = await mounted(<ClearAll />);
    expect(button(page)?.disabled).toBe(true);
    expect(page.textContent).toContain('panel.readOnly');
  });
});
