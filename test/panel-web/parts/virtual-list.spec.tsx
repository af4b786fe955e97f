import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualList } from '../../../libs/panel-web/src/parts/virtual-list.js';

const items = Array.from({ length: 10_000 }, (_, index) => `row ${index}`);

let root: HTMLElement;

interface ListProps {
  readonly focused: number;
  readonly reveal?: number;
}

function List({ focused, reveal = focused }: ListProps) {
  return (
    <VirtualList
      reveal={reveal}
      items={items}
      rowHeight={26}
      keyOf={(item) => item}
      focused={focused}
      role="grid"
      label="Rows"
      renderRow={(item, index, place) => (
        <div role="row" id={`row-${index}`} style={place}>
          {item}
        </div>
      )}
    />
  );
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(260);
  root = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  render(null, root);
  root.remove();
  vi.restoreAllMocks();
});

const drawn = () => root.querySelectorAll('[role=row]').length;
const scroller = () => root.querySelector<HTMLElement>('[role=grid]');

describe('VirtualList', () => {
  it('draws few of many, says how many there are, and is as high as all of them', async () => {
    await act(() => render(<List focused={-1} />, root));
    expect(drawn()).toBe(22);
    expect(scroller()?.getAttribute('aria-rowcount')).toBe('10000');
    expect(root.querySelector<HTMLElement>('[role=rowgroup]')?.style.height).toBe('260000px');
    expect(root.querySelector<HTMLElement>('#row-3')?.style.transform).toBe('translateY(78px)');
  });

  it('scrolls to the focused row, and keeps it when it is scrolled away', async () => {
    await act(() => render(<List focused={-1} />, root));
    await act(() => render(<List focused={5000} />, root));
    expect(scroller()?.scrollTop).toBe(5001 * 26 - 260);
    await act(() => {
      const element = scroller();
      if (element === null) return;
      element.scrollTop = 0;
      element.dispatchEvent(new Event('scroll'));
    });
    expect(root.querySelector('#row-5000')).not.toBeNull();
    expect(root.querySelector('#row-0')).not.toBeNull();
    expect(drawn()).toBe(23);
  });

  it('stays where one has scrolled to when rows come in above, until it is told to go back', async () => {
    await act(() => render(<List focused={5000} reveal={1} />, root));
    await act(() => scroller()?.scrollTo({ top: 0 }));
    await act(() => render(<List focused={5001} reveal={1} />, root));
    expect(scroller()?.scrollTop).toBe(0);
    await act(() => render(<List focused={5001} reveal={2} />, root));
    expect(scroller()?.scrollTop).toBe(5002 * 26 - 260);
  });

  it('can be a list of lines, which takes the focus to be scrolled', async () => {
    await act(() =>
      render(
        <VirtualList
          items={items}
          rowHeight={26}
          keyOf={(item) => item}
          focused={-1}
          role="list"
          label="Lines"
          renderRow={(item, _index, place) => (
            <div role="listitem" style={place}>
              {item}
            </div>
          )}
        />,
        root,
      ),
    );
    const list = root.querySelector('[role=list]');
    expect(list?.firstElementChild?.getAttribute('role')).toBe('listitem');
    expect(list?.parentElement?.tabIndex).toBe(0);
    expect(root.querySelector('[aria-rowcount], [role=rowgroup]')).toBeNull();
  });
});
