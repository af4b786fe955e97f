import { describe, expect, it } from 'vitest';
import { StackTrace } from '../../../../libs/panel-web/src/screens/errors/stack-trace.js';
import { prefer } from '../../../../libs/panel-web/src/state/preferences.js';
import { mounted } from '../../mounted.js';

const own = {
  text: 'at OrdersService.total (/app/orders.service.ts:41:23)',
  file: '/app/orders.service.ts',
  line: 41,
  column: 23,
  inApp: true,
  source: [
    { line: 40, text: 'let sum = 0;' },
    { line: 41, text: 'sum += <b>item</b>.price;' },
  ],
};
const other = { text: 'at node:net:1:1', file: 'node:net', line: 1, column: 1, inApp: false };
const exception = (frames: readonly (typeof own | typeof other)[]) => ({
  type: 'TypeError',
  message: 'no price',
  frames,
});

describe('StackTrace', () => {
  it('shows the code of the application and folds the rest', async () => {
    const page = await mounted(<StackTrace exception={exception([own, other])} />);
    expect(page.querySelector('.is-here')?.textContent).toContain('sum += <b>item</b>.price;');
    expect(page.querySelector('details')?.open).toBe(false);
    expect(page.querySelector('summary')?.textContent).toBe('1 frame of packages and Node');
  });

  it('opens the rest where there is nothing else', async () => {
    const page = await mounted(<StackTrace exception={exception([other])} />);
    expect(page.querySelector('details')?.open).toBe(true);
  });

  it('links to the editor that is preferred', async () => {
    prefer({ editor: 'zed://file/{path}:{line}' });
    const page = await mounted(<StackTrace exception={exception([own])} />);
    expect(page.querySelector('a')?.getAttribute('href')).toBe(
      'zed://file/app/orders.service.ts:41',
    );
    prefer({ editor: '' });
  });
});
