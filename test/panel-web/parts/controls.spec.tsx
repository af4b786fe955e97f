import { render, type ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorBoundary } from '../../../libs/panel-web/src/parts/error-boundary.js';
import { Menu } from '../../../libs/panel-web/src/parts/menu.js';
import { SearchField } from '../../../libs/panel-web/src/parts/search-field.js';
import { Splitter } from '../../../libs/panel-web/src/parts/splitter.js';
import { Tabs } from '../../../libs/panel-web/src/parts/tabs.js';

let root: HTMLElement;

const show = (what: ComponentChild) => act(() => render(what, root));
const find = (selector: string) => root.querySelector<HTMLElement>(selector);

async function press(key: string, target = document.activeElement): Promise<void> {
  await act(() => {
    target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
}

beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  render(null, root);
  root.remove();
});

describe('Tabs', () => {
  function Example() {
    const [selected, select] = useState('a');
    const tabs = ['a', 'b', 'c'].map((id) => ({ id, label: id }));
    return <Tabs label="Parts" prefix="test" tabs={tabs} selected={selected} onSelect={select} />;
  }

  it('moves with arrows around, and only the selected one can be reached with Tab', async () => {
    await show(<Example />);
    find('#test-tab-a')?.focus();
    await press('ArrowLeft');
    expect(document.activeElement?.id).toBe('test-tab-c');
    await press('ArrowRight');
    await press('End');
    await press('Home');
    expect(document.activeElement?.id).toBe('test-tab-a');
    const reachable = [...root.querySelectorAll('[role=tab]')].map((tab) => [
      tab.getAttribute('aria-selected'),
      tab.getAttribute('tabindex'),
    ]);
    expect(reachable).toEqual([
      ['true', '0'],
      ['false', '-1'],
      ['false', '-1'],
    ]);
  });
});

describe('Menu', () => {
  const chosen = vi.fn<() => void>();
  const items = [
    { label: 'First', onSelect: vi.fn<() => void>() },
    { label: 'Second', onSelect: chosen },
  ];

  it('opens on its first item, moves with arrows, and gives the focus back', async () => {
    await show(<Menu label="Copy" title="Copy" items={items} />);
    const button = find('button');
    await act(() => button?.click());
    expect(document.activeElement?.textContent).toBe('First');
    await press('ArrowDown');
    expect(document.activeElement?.textContent).toBe('Second');
    await act(() => (document.activeElement as HTMLElement).click());
    expect(chosen).toHaveBeenCalledOnce();
    expect(find('[role=menu]')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('closes with Escape, and keeps that key to itself', async () => {
    const outside = vi.fn<(event: Event) => void>();
    document.addEventListener('keydown', outside);
    await show(<Menu label="Copy" title="Copy" items={items} />);
    await act(() => find('button')?.click());
    await press('Escape');
    expect(find('[role=menu]')).toBeNull();
    expect(outside).not.toHaveBeenCalled();
    document.removeEventListener('keydown', outside);
  });
});

describe('SearchField', () => {
  it('is emptied by the first Escape, and left by the second', async () => {
    const onInput = vi.fn<(value: string) => void>();
    await show(<SearchField value="abc" onInput={onInput} label="Filter" />);
    find('input')?.focus();
    await press('Escape');
    expect(onInput).toHaveBeenCalledExactlyOnceWith('');
    expect(document.activeElement).toBe(find('input'));
    await show(<SearchField value="" onInput={onInput} label="Filter" />);
    await press('Escape');
    expect(document.activeElement).toBe(document.body);
  });
});

describe('Splitter', () => {
  it('can be moved with the keyboard, within its bounds', async () => {
    const onChange = vi.fn<(value: number) => void>();
    await show(
      <Splitter label="Width" value={300} min={200} max={310} onChange={onChange} reversed />,
    );
    const splitter = find('[role=separator]');
    for (const key of ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'ArrowUp']) {
      await press(key, splitter);
    }
    expect(onChange.mock.calls.flat()).toEqual([284, 310, 200, 310]);
    expect(splitter?.getAttribute('aria-valuenow')).toBe('300');
  });
});

describe('ErrorBoundary', () => {
  let isBroken = true;
  function Fragile() {
    if (isBroken) throw new Error('out of order');
    return <p>well</p>;
  }

  it('shows what went wrong, and tries again', async () => {
    await show(
      <ErrorBoundary>
        <Fragile />
      </ErrorBoundary>,
    );
    expect(root.textContent).toContain('out of order');
    isBroken = false;
    await act(() => find('button')?.click());
    expect(root.textContent).toBe('well');
  });
});
