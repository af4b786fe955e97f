import { describe, expect, it } from 'vitest';
import { failureText } from '../../../../libs/panel-web/src/screens/export/failure-text.js';

describe('failureText', () => {
  it('is nothing where nothing was lost', () => {
    expect(failureText({})).toBe('');
    expect(failureText({ failedBy: { refused: 0 } })).toBe('');
  });

  it('is the reason without a number where there is only one', () => {
    expect(failureText({ failedBy: { refused: 12 } })).toBe('refused');
  });

  it('begins with the most frequent reason', () => {
    expect(failureText({ failedBy: { timeout: 2, too_large: 30, other: 1 } })).toBe(
      '30 too large, 2 no answer in time, 1 other reasons',
    );
  });
});
