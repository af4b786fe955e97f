import { describe, expect, it } from 'vitest';
import { Sparkline } from '../../../../libs/panel-web/src/screens/export/sparkline.js';
import { mounted } from '../../mounted.js';

describe('Sparkline', () => {
  it('marks what failed, not by its colour alone', async () => {
    const page = await mounted(<Sparkline recent={[3, -1, 6]} />);
    expect(page.querySelectorAll('.spark-ok rect')).toHaveLength(2);
    expect(page.querySelectorAll('.spark-failed rect')).toHaveLength(2);
    expect(page.querySelector('svg')?.getAttribute('aria-label')).toBe(
      'Last 3 exports, up to 6 ms, 1 failed',
    );
  });

  it('shows the newest ones of many', async () => {
    const page = await mounted(<Sparkline recent={[-5, ...Array.from({ length: 40 }, () => 1)]} />);
    expect(page.querySelectorAll('g')).toHaveLength(40);
    expect(page.querySelector('.spark-failed')).toBeNull();
  });

  it('is not there before the first export', async () => {
    expect((await mounted(<Sparkline recent={[]} />)).innerHTML).toBe('');
  });
});
