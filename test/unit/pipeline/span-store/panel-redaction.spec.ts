import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../../libs/nestrace/src/config/resolve-options.js';
import { createRedaction } from '../../../../libs/nestrace/src/pipeline/redaction/create-redaction.js';
import { PanelRedaction } from '../../../../libs/nestrace/src/pipeline/span-store/panel-redaction.js';

const LIMITS = { maxValueLength: 100, maxAttributes: 10 };
const redaction = new PanelRedaction(createRedaction(resolveOptions({}, {})), LIMITS);

describe('PanelRedaction', () => {
  it('returns the very same object where there is nothing to do', () => {
    const values = { 'nest.type': 'handler', 'order.lines': 2, ok: true, list: ['a', 'b'] };
    const { values: kept, rules, bytes } = redaction.redact(values);
    expect(kept).toBe(values);
    expect(rules).toBeUndefined();
    expect(bytes).toBeGreaterThan(0);
  });

  it('hides secrets, but looks for none in what is clean', () => {
    const values = { password: 'x', note: 'Bearer abcdef123' };
    expect({ ...redaction.redact(values).values }).toEqual({
      password: '••••',
      note: 'Bearer ••••',
    });
    expect(redaction.redact(values, true).values).toBe(values);
    expect(redaction.text('a', 'Bearer abcdef123')).toBe('Bearer ••••');
    expect(redaction.text('a', 'Bearer abcdef123', true)).toBe('Bearer abcdef123');
  });

  it('bounds values where redaction is off, too', () => {
    const off = new PanelRedaction(
      createRedaction(resolveOptions({ redaction: false }, {})),
      LIMITS,
    );
    const { values } = off.redact({ password: 'x', long: 'y'.repeat(200) });
    expect({ ...values }).toEqual({ password: 'x', long: `${'y'.repeat(100)}…` });
    expect(off.text('a', 'z'.repeat(200))).toBe(`${'z'.repeat(100)}…`);
  });

  it('cuts values that are too long, and counts those there are too many of', () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, index]));
    const { values, omitted } = redaction.redact(many);
    expect(Object.keys(values)).toHaveLength(10);
    expect(omitted).toBe(2);
    const long = redaction.redact({ a: 'x'.repeat(200), 'nest.b': 'y'.repeat(200) });
    expect({ ...long.values }).toEqual({
      a: `${'x'.repeat(100)}…`,
      'nest.b': `${'y'.repeat(100)}…`,
    });
  });

  it('gives statements and stacks more room', () => {
    const { values } = redaction.redact({
      'db.query.text': 'x'.repeat(300),
      'exception.stacktrace': 'x'.repeat(300),
    });
    expect(values['db.query.text']).toHaveLength(126);
    expect(values['exception.stacktrace']).toHaveLength(201);
  });

  it('bounds lists as it does texts, and knows what they take', () => {
    const texts = Array.from({ length: 50 }, () => 'x'.repeat(40));
    const { values, bytes } = redaction.redact({
      a: texts,
      'nest.b': texts,
      c: Array(5000).fill(1),
    });
    const shown = [texts[0], texts[1], `${'x'.repeat(20)}…`, '…'];
    expect(values['a']).toEqual(shown);
    expect(values['nest.b']).toEqual(shown);
    expect(values['c']).toHaveLength(1001);
    expect(bytes).toBeGreaterThan(2 * 100 + 1000 * 8);
  });
});
