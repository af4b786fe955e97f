import type { JSX } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useTick } from '../../../libs/panel-web/src/page/use-tick.js';
import { mounted } from '../mounted.js';

let held = false;

function Ticks(): JSX.Element {
  return <>{useTick(1000, () => held)}</>;
}

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

describe('useTick', () => {
  beforeEach(() => {
    held = false;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => vi.useRealTimers());

  it('counts', async () => {
    const page = await mounted(<Ticks />);
    await pass(3000);
    expect(page.textContent).toBe('3');
  });

  it('waits while it is held', async () => {
    const page = await mounted(<Ticks />);
    held = true;
    await pass(3000);
    held = false;
    await pass(1000);
    expect(page.textContent).toBe('1');
  });

  it('leaves no timer behind', async () => {
    await mounted(<Ticks />);
    await mounted(null);
    expect(vi.getTimerCount()).toBe(0);
  });
});
