import { act } from 'preact/test-utils';
import { describe, expect, it } from 'vitest';
import { RepeatList } from '../../../../libs/panel-web/src/screens/sql/repeat-list.js';
import { REPEAT } from '../../copying/fixtures.js';
import { mounted } from '../../mounted.js';

describe('RepeatList', () => {
  it('names the culprit, what it costs and the query before, and leads to the spans', async () => {
    const page = await mounted(
      <RepeatList repeats={[{ ...REPEAT, spanIds: ['first', 'next'] }]} />,
    );
    const text = page.querySelector('.repeat')?.textContent;
    expect(text).toContain('OrdersService.load→25×');
    expect(text).toContain('84 ms of 112 ms');
    expect(text).toContain('after SELECT * FROM orders');
    const links = [...page.querySelectorAll('a')].map(({ href }) => new URL(href).hash);
    expect(links).toEqual([
      `#/trace/${REPEAT.traceId}?span=${'b'.repeat(16)}`,
      `#/trace/${REPEAT.traceId}?span=first`,
    ]);
  });

  it('shows the first few, and all when asked', async () => {
    const repeats = Array.from('ABCDE', (caller) => ({ ...REPEAT, caller }));
    const page = await mounted(<RepeatList repeats={repeats} />);
    expect(page.querySelectorAll('.repeat')).toHaveLength(3);
    const buttons = [...page.querySelectorAll('button')];
    await act(() => buttons.find(({ textContent }) => textContent === 'Show all 5')?.click());
    expect(page.querySelectorAll('.repeat')).toHaveLength(5);
  });
});
