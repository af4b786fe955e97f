import { TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  formatTraceparent,
  parseTraceparent,
} from '../../../../libs/nestrace/src/pipeline/propagation/traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${SPAN}-01`;

describe('parseTraceparent', () => {
  it('reads the example of the specification', () => {
    expect(parseTraceparent(VALID)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
  });

  it.each([
    ['00', TraceFlags.NONE],
    ['01', TraceFlags.SAMPLED],
    ['02', TraceFlags.NONE],
    ['03', TraceFlags.SAMPLED],
    ['08', TraceFlags.NONE],
    ['fe', TraceFlags.NONE],
    ['ff', TraceFlags.SAMPLED],
  ])('understands of the flags %s only "sampled"', (flags, expected) => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-${flags}`)).toMatchObject({
      traceFlags: expected,
    });
  });

  it.each([` ${VALID}`, `${VALID} `, `\t${VALID}\t `])('ignores blanks around it: %j', (header) => {
    expect(parseTraceparent(header)).toMatchObject({ traceId: TRACE, spanId: SPAN });
  });

  it.each([
    `01-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-`,
    `cc-${TRACE}-${SPAN}-01-what-the-future-brings`,
    `fe-${TRACE}-${SPAN}-01-XYZ`,
  ])('reads the first four fields of a later version: %s', (header) => {
    expect(parseTraceparent(header)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
  });

  it.each([
    '',
    ' ',
    '00',
    VALID.slice(0, -1),
    VALID.slice(1),
    `${VALID}1`,
    `${VALID}-`,
    `${VALID}-what-the-future-brings`,
    `cc-${TRACE}-${SPAN}-01.what`,
    `cc-${TRACE}-${SPAN}-012`,
    `${VALID},${VALID}`,
    `${VALID}, ${VALID}`,
    `0-${TRACE}-${SPAN}-01`,
  ])('refuses %j for its length', (header) => {
    expect(parseTraceparent(header)).toBe('wrong length');
  });

  it.each([
    `00_${TRACE}_${SPAN}_01`,
    `00-${TRACE}_${SPAN}-01`,
    `00-${TRACE}-${SPAN}.01`,
    `000-${TRACE}-${SPAN}-1`,
    `00-${TRACE}1-${SPAN}-1`,
    `00-${TRACE.slice(1)}-${SPAN}1-01`,
    `00-${TRACE}-${SPAN}1-1`,
    `00-${TRACE}-${SPAN.slice(1)}-010`,
    '-'.padEnd(55, 'a'),
  ])('refuses %s for its form', (header) => {
    expect(parseTraceparent(header)).toBe('not in the form version-traceid-parentid-flags');
  });

  it.each([
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN.toUpperCase()}-01`,
    `0A-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0A`,
    `.0-${TRACE}-${SPAN}-01`,
    `0.-${TRACE}-${SPAN}-01`,
    `00-.${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}-.${SPAN.slice(1)}-01`,
    `00-${TRACE}-${SPAN}-.0`,
    `00-${TRACE}-${SPAN}-0.`,
    `00-${TRACE}-${SPAN}-0x`,
    `00-${TRACE}-${SPAN}-+1`,
    `00-${TRACE.slice(1)}g-${SPAN}-01`,
    `00-${TRACE.slice(1)} -${SPAN}-01`,
    `00-${TRACE.slice(1)}\u0661-${SPAN}-01`,
    `00-${TRACE}-${SPAN.slice(1)}\u0000-01`,
    `--------${''.padEnd(47, '-')}`,
  ])('refuses %j as not lower-case hexadecimal', (header) => {
    expect(parseTraceparent(header)).toBe('not lower-case hexadecimal');
  });

  it('refuses version ff, whatever follows', () => {
    expect(parseTraceparent(`ff-${TRACE}-${SPAN}-01`)).toBe('version ff is forbidden');
    expect(parseTraceparent(`ff-${TRACE}-${SPAN}-01-x`)).toBe('version ff is forbidden');
  });

  it('refuses ids of zeros only', () => {
    expect(parseTraceparent(`00-${'0'.repeat(32)}-${SPAN}-01`)).toBe('trace id is all zero');
    expect(parseTraceparent(`00-${TRACE}-${'0'.repeat(16)}-01`)).toBe('parent id is all zero');
  });

  it('takes ids that are nearly zero', () => {
    const header = `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`;
    expect(parseTraceparent(header)).toMatchObject({ traceFlags: TraceFlags.NONE });
  });
});

describe('formatTraceparent', () => {
  it.each([
    [TraceFlags.NONE, '00'],
    [TraceFlags.SAMPLED, '01'],
    [0xff, '01'],
    [0xfe, '00'],
    [0x100, '00'],
  ])('passes of the flags %s only "sampled" on', (traceFlags, flags) => {
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags })).toBe(
      `00-${TRACE}-${SPAN}-${flags}`,
    );
  });

  it('writes what can be read back', () => {
    const context = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
    expect(parseTraceparent(formatTraceparent(context))).toEqual({ ...context, isRemote: true });
  });
});
