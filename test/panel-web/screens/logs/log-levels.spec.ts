import { describe, expect, it } from 'vitest';
import {
  filterLines,
  levelName,
  levelsOf,
  levelTone,
} from '../../../../libs/panel-web/src/screens/logs/log-levels.js';

const line = (level: string, message: string, value = '') => ({
  row: 0,
  spanId: '1',
  spanName: 'GET /orders',
  at: 0,
  level,
  message,
  attributes: value === '' ? [] : [{ key: 'context', value }],
});

describe('levels', () => {
  it('knows the same level by its several names', () => {
    expect(levelName('WARNING')).toBe('warn');
    expect(levelTone('Fatal')).toBe('error');
    expect(levelTone('verbose')).toBe('faint');
    expect(levelTone('whatever')).toBe('plain');
  });

  it('lists those there are, the most severe first, unknown ones last', () => {
    const lines = [line('odd', ''), line('debug', ''), line('WARN', ''), line('error', '')];
    expect(levelsOf(lines)).toEqual(['error', 'warn', 'debug', 'odd']);
  });
});

describe('filterLines', () => {
  const lines = [
    line('log', 'Cache miss', 'Router'),
    line('warn', 'Slow'),
    line('WARNING', 'Late'),
  ];

  it('hides levels by any of their names', () => {
    expect(filterLines(lines, new Set(['warn']), '').map(({ message }) => message)).toEqual([
      'Cache miss',
    ]);
  });

  it('looks into messages, spans and attributes', () => {
    expect(filterLines(lines, new Set(), ' cache ')).toHaveLength(1);
    expect(filterLines(lines, new Set(), 'router')).toHaveLength(1);
    expect(filterLines(lines, new Set(), '/orders')).toHaveLength(3);
    expect(filterLines(lines, new Set(), 'nothing')).toHaveLength(0);
  });
});
