import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adjust, HOME, route } from '../../../../libs/panel-web/src/app/router.js';
import { FilterField } from '../../../../libs/panel-web/src/screens/list/filter-field.js';
import { meta } from '../../../../libs/panel-web/src/state/meta.js';
import { queryProblem } from '../../../../libs/panel-web/src/state/traces.js';
import { panelMeta } from '../../state/panel-meta.js';

let root: HTMLElement;

const field = () => root.querySelector('input') as HTMLInputElement;
const options = () =>
  [...root.querySelectorAll('[role=option] .mono')].map((option) => option.textContent);

async function type(text: string): Promise<void> {
  await act(() => {
    field().focus();
    field().value = text;
    field().setSelectionRange(text.length, text.length);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(key: string): Promise<void> {
  await act(() => {
    field().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
}

beforeEach(async () => {
  root = document.body.appendChild(document.createElement('div'));
  adjust(HOME);
  meta.value = panelMeta();
  await act(() => render(<FilterField />, root));
});

afterEach(() => {
  render(null, root);
  root.remove();
  meta.value = undefined;
  queryProblem.value = undefined;
});

describe('the filter', () => {
  it('goes into the address while one types', async () => {
    const before = history.length;
    await type('has:err');
    expect(route.value).toEqual({ ...HOME, query: 'has:err' });
    expect(history.length).toBe(before);
  });

  it('leads to the list from another screen, once', async () => {
    adjust({ screen: 'export' });
    const before = history.length;
    await type('h');
    await type('ha');
    expect(route.value).toEqual({ ...HOME, query: 'ha' });
    expect(history.length).toBe(before + 1);
  });

  it('takes a suggestion with the keys', async () => {
    await type('attr.');
    expect(options()).toEqual(['attr.tenant:']);
    await press('ArrowDown');
    const active = field().getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.getAttribute('aria-selected')).toBe('true');
    await press('Enter');
    expect(route.value).toMatchObject({ query: 'attr.tenant:' });
  });

  it('closes the suggestions with Escape, then empties, then lets go', async () => {
    await type('st');
    await press('Escape');
    expect(options()).toEqual([]);
    expect(field().getAttribute('aria-expanded')).toBe('false');
    await press('Escape');
    expect(route.value).toEqual(HOME);
  });

  it('marks what cannot be read', async () => {
    await type('dur:>x b');
    await act(() => {
      field().blur();
      queryProblem.value = { message: '"x" is no duration', from: 0, to: 6 };
    });
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(root.querySelector('.filter-wrong')?.textContent).toBe('dur:>x');
    const described = field().getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).toBe('"x" is no duration');
  });

  it('does not blame who has not finished', async () => {
    queryProblem.value = { message: 'status needs a value', from: 0, to: 7 };
    await type('status:');
    expect(root.querySelector('.filter-wrong')).toBeNull();
  });
});
