import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  activeShortcuts,
  allowSingleKeys,
  listenForShortcuts,
  registerShortcuts,
} from '../../../libs/panel-web/src/keyboard/shortcuts.js';

const run = vi.fn<() => boolean | void>();
const ends: (() => void)[] = [];

function register(keys: string[], does = run): void {
  ends.push(registerShortcuts([{ keys, label: 'Test', group: 'Tests', run: does }]));
}

function press(key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  ends.push(listenForShortcuts());
  run.mockReset();
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
  allowSingleKeys(true);
  document.body.replaceChildren();
});

describe('shortcuts', () => {
  it('run on their key, and keep the browser from its own', () => {
    register(['j', 'ArrowDown']);
    expect(press('j').defaultPrevented).toBe(true);
    press('ArrowDown');
    press('x');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }])(
    'leave combinations to the browser: %o',
    (modifier) => {
      register(['j']);
      expect(press('j', modifier).defaultPrevented).toBe(false);
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each(['input', 'textarea', 'select'])('are letters in a field: %s', (name) => {
    register(['j', 'Escape']);
    const field = document.body.appendChild(document.createElement(name));
    press('j', {}, field);
    press('Escape', {}, field);
    expect(run).not.toHaveBeenCalled();
  });

  it('leave Enter to the button that has the focus', () => {
    register(['Enter', 'j']);
    const button = document.body.appendChild(document.createElement('button'));
    press('Enter', {}, button);
    expect(run).not.toHaveBeenCalled();
    press('j', {}, button);
    expect(run).toHaveBeenCalledOnce();
  });

  it('can be switched off, but for keys that are no letters', () => {
    register(['j', 'ArrowDown']);
    allowSingleKeys(false);
    press('j');
    expect(run).not.toHaveBeenCalled();
    press('ArrowDown');
    expect(run).toHaveBeenCalledOnce();
  });

  it('ask the last one first, which may pass the key on', () => {
    const later = vi.fn<() => boolean | void>().mockReturnValueOnce(false);
    register(['Escape']);
    register(['Escape'], later);
    press('Escape');
    expect(run).toHaveBeenCalledOnce();
    press('Escape');
    expect(run).toHaveBeenCalledOnce();
    expect(later).toHaveBeenCalledTimes(2);
  });

  it('are known to the overview as long as they are in force', () => {
    register(['j']);
    expect(activeShortcuts().map(({ keys }) => keys)).toEqual([['j']]);
    ends.pop()?.();
    expect(activeShortcuts()).toEqual([]);
    press('j');
    expect(run).not.toHaveBeenCalled();
  });
});
