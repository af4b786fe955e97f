import { render, type ComponentChild } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Banners } from '../../../libs/panel-web/src/app/banners.js';
import { HelpOverlay } from '../../../libs/panel-web/src/app/help-overlay.js';
import { adjust, HOME } from '../../../libs/panel-web/src/app/router.js';
import { titleOf } from '../../../libs/panel-web/src/app/title.js';
import { TopBar } from '../../../libs/panel-web/src/app/top-bar.js';
import { registerShortcuts } from '../../../libs/panel-web/src/keyboard/shortcuts.js';
import { liveState, refused, retryAt } from '../../../libs/panel-web/src/state/connection.js';
import { meta } from '../../../libs/panel-web/src/state/meta.js';
import { now } from '../../../libs/panel-web/src/state/now.js';
import { prefer } from '../../../libs/panel-web/src/state/preferences.js';
import { applyTheme } from '../../../libs/panel-web/src/state/theme.js';
import { capture, counts, exportBrief, paused } from '../../../libs/panel-web/src/state/traces.js';
import { panelMeta } from '../state/panel-meta.js';

let root: HTMLElement;

const show = (what: ComponentChild) => act(() => render(what, root));
const links = () =>
  [...root.querySelectorAll('nav a')].map((link) => [
    link.textContent,
    link.getAttribute('href')?.replace(/^[^#]*/, ''),
    link.getAttribute('aria-current'),
  ]);

beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
  adjust(HOME);
  meta.value = panelMeta();
});

afterEach(() => {
  render(null, root);
  root.remove();
  meta.value = undefined;
  liveState.value = 'connecting';
  retryAt.value = undefined;
  refused.value = undefined;
  capture.value = { paused: false };
  paused.value = false;
  exportBrief.value = undefined;
  prefer({ theme: 'system' });
});

describe('the top bar', () => {
  it('leads to the screens, back to the list as it was left', async () => {
    adjust({ ...HOME, query: 'has:error' });
    adjust({ screen: 'trace', traceId: 'a', tab: 'waterfall' });
    counts.value = { all: 9, errors: 3, slow: 0, nPlusOne: 0, inFlight: 0, orphans: 0, noise: 0 };
    exportBrief.value = { state: 'fail', text: 'Nothing listens there' };
    await show(<TopBar onHelp={() => undefined} />);
    expect(links()).toEqual([
      ['Traces', '#/traces?q=has%3Aerror', 'page'],
      ['SQL', '#/sql', null],
      ['Errors3', '#/errors', null],
      ['ExportNothing listens there', '#/export', null],
    ]);
    expect(root.querySelector('.state-fail')).not.toBeNull();
  });

  it('has a name for every button', async () => {
    await show(<TopBar onHelp={() => undefined} />);
    const nameless = [...root.querySelectorAll('button, a')].filter(
      (control) => !control.getAttribute('aria-label') && !control.textContent?.trim(),
    );
    expect(nameless).toEqual([]);
  });

  it('cannot clear what may only be read', async () => {
    await show(<TopBar onHelp={() => undefined} />);
    expect(root.querySelector('[aria-label="Clear all traces"]')).not.toBeNull();
    meta.value = { ...panelMeta(), readOnly: true };
    await show(<TopBar onHelp={() => undefined} />);
    expect(root.querySelector('[aria-label="Clear all traces"]')).toBeNull();
  });

  it('stops the list and says so', async () => {
    liveState.value = 'streaming';
    await show(<TopBar onHelp={() => undefined} />);
    const button = root.querySelector<HTMLElement>('.live');
    expect(button?.textContent).toBe('Live');
    await act(() => button?.click());
    expect(root.querySelector('.live')?.textContent).toBe('Paused');
  });

  it('goes through the themes', async () => {
    const end = applyTheme();
    await show(<TopBar onHelp={() => undefined} />);
    const themes: (string | undefined)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const button = root.querySelector<HTMLElement>('[aria-label^="Theme"]');
      await act(() => button?.click());
      themes.push(document.documentElement.dataset['theme']);
    }
    expect(themes).toEqual(['light', 'dark', undefined]);
    end();
  });
});

describe('banners', () => {
  it('are not there when all is well', async () => {
    await show(<Banners />);
    expect(root.textContent).toBe('');
  });

  it('say when it is tried again', async () => {
    liveState.value = 'disconnected';
    retryAt.value = now.value + 1600;
    await show(<Banners />);
    expect(root.textContent).toBe('The application does not answer – retrying in 2 s');
  });

  it('say who refused, and by which option', async () => {
    const refusal = { reason: 'host x is not known', option: 'panel.allowedHosts' };
    refused.value = { kind: 'refused', refusal };
    await show(<Banners />);
    expect(root.querySelector('[role=alert]')?.textContent).toContain('host x is not known');
    expect(root.querySelector('code')?.textContent).toBe('panel.allowedHosts');
  });

  it('say why nothing is recorded, and end a pause', async () => {
    capture.value = { paused: true, autoPaused: 'The event loop is late.' };
    meta.value = {
      ...panelMeta(),
      recording: { state: 'not-sampling', reason: 'OTEL_TRACES_SAMPLER is always_off.' },
    };
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ paused: false })));
    await show(<Banners />);
    expect(root.textContent).toContain('The event loop is late.');
    expect(root.textContent).toContain('OTEL_TRACES_SAMPLER is always_off.');
    await act(async () => {
      root.querySelector<HTMLElement>('button')?.click();
      await vi.waitUntil(() => !capture.value.paused);
    });
    expect(root.textContent).not.toContain('The event loop is late.');
    vi.unstubAllGlobals();
  });
});

describe('the overview of keys', () => {
  it('shows what is in force, in groups', async () => {
    const run = () => undefined;
    const end = registerShortcuts([
      { keys: ['j', 'ArrowDown'], label: 'Next row', group: 'Rows', run },
      { keys: ['k'], label: 'Previous row', group: 'Rows', run },
    ]);
    await show(<HelpOverlay onClose={() => undefined} />);
    const [rows] = [...root.querySelectorAll('.help-group')];
    expect(rows?.querySelector('h3')?.textContent).toBe('Rows');
    expect([...(rows?.querySelectorAll('kbd') ?? [])].map((key) => key.textContent)).toEqual([
      'j',
      '↓',
      'k',
    ]);
    end();
  });
});

describe('the title of the page', () => {
  it('tells tabs of the browser apart', () => {
    expect(titleOf(HOME)).toBe('Traces · orders');
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(titleOf({ screen: 'trace', traceId, tab: 'sql' })).toBe('Trace 4bf92f35 · orders');
  });
});
