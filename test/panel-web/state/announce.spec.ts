import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { announce, announcement } from '../../../libs/panel-web/src/state/announce.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it('says the last thing only, when there is more to say than can be listened to', () => {
  announce('1 new trace');
  expect(announcement.value).toBe('1 new trace');
  announce('2 new traces');
  announce('3 new traces');
  expect(announcement.value).toBe('1 new trace');
  vi.advanceTimersByTime(5000);
  expect(announcement.value).toBe('3 new traces');
  vi.advanceTimersByTime(5000);
  announce('Cleared');
  expect(announcement.value).toBe('Cleared');
});
