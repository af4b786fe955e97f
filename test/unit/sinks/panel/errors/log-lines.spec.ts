import { describe, expect, it } from 'vitest';
import {
  logCountOf,
  traceLogs,
} from '../../../../../libs/nestrace/src/sinks/panel/errors/log-lines.js';
import { exceptionEvent, span, T0, trace } from '../support/trace-builder.js';

describe('traceLogs', () => {
  it('shows the events of all spans by their time, without exceptions', () => {
    const stored = trace([
      span('a', undefined, {
        for: 50,
        events: [
          { name: 'late', timeMs: T0 + 40, attributes: {} },
          exceptionEvent('Error', 'x', 3),
          { name: 'never', timeMs: Number.NaN, attributes: {} },
        ],
      }),
      span('b', 'a', {
        at: 5,
        events: [
          { name: 'log', timeMs: T0 + 6, attributes: { severity: 'ERROR', body: 'bad', n: 1 } },
        ],
      }),
    ]);
    expect(traceLogs(stored).lines).toMatchObject([
      { row: 0, at: 0, level: 'event', message: 'never' },
      {
        row: 1,
        spanName: 'b',
        at: 6_000,
        level: 'error',
        message: 'bad',
        attributes: [{ key: 'n', value: '1' }],
      },
      { row: 0, at: 40_000, message: 'late' },
    ]);
    expect(logCountOf(stored)).toBe(3);
  });

  it('says what has a column of its own once, and everything else', () => {
    const attributes = {
      'log.severity': 'warn',
      'log.message': 'out of coffee',
      'nest.log.context': 'Reporter',
      message: 'another',
    };
    const stored = trace([
      span('a', undefined, { for: 5, events: [{ name: 'log', timeMs: T0 + 1, attributes }] }),
    ]);
    expect(traceLogs(stored).lines).toMatchObject([
      {
        level: 'warn',
        message: 'out of coffee',
        attributes: [
          { key: 'nest.log.context', value: 'Reporter' },
          { key: 'message', value: 'another' },
        ],
      },
    ]);
  });
});
