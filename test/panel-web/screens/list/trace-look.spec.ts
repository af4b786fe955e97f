import { describe, expect, it } from 'vitest';
import {
  barShare,
  barTone,
  durationAt,
  lookOf,
  nameParts,
  noteParts,
  ratioText,
  rowLabel,
  statusText,
  statusTone,
} from '../../../../libs/panel-web/src/screens/list/trace-look.js';
import { traceSummary } from '../../state/trace-summary.js';

describe('the look of a trace', () => {
  it.each([
    [{ inFlight: true }, 'open', '…'],
    [{ httpStatus: 200 }, 'ok', '200'],
    [{ httpStatus: 503 }, 'error', '503'],
    [{ httpStatus: 404 }, 'ok', '404'],
    [{ status: 'error' }, 'error', 'ERR'],
    [{}, 'ok', 'OK'],
  ] as const)('%o is %s and says %s', (fields, look, text) => {
    const trace = traceSummary(fields);
    expect([lookOf(trace), statusText(trace)]).toEqual([look, text]);
  });

  it('warns of what the client did wrong', () => {
    expect(statusTone(traceSummary({ httpStatus: 404 }))).toBe('warn');
    expect(statusTone(traceSummary({ httpStatus: 500 }))).toBe('error');
    expect(statusTone(traceSummary())).toBe('plain');
  });

  it('grows while it is in flight, and is never shorter than the server has said', () => {
    const open = traceSummary({ inFlight: true, startMs: 1000, durationMs: 50 });
    expect(durationAt(open, 5000)).toBe(4000);
    expect(durationAt(open, 900)).toBe(50);
    expect(durationAt(traceSummary({ durationMs: 20 }), 5000)).toBe(20);
  });

  it('sets the method apart', () => {
    expect(nameParts(traceSummary({ method: 'GET', name: 'GET /a' }))).toEqual(['GET', '/a']);
    expect(nameParts(traceSummary({ method: 'GET', name: 'GET', path: '/x' }))).toEqual([
      'GET',
      '/x',
    ]);
    expect(nameParts(traceSummary({ method: 'GET', name: 'query Basket' }))).toEqual([
      '',
      'query Basket',
    ]);
  });

  it('tells of the median only where it matters', () => {
    expect(ratioText(traceSummary())).toBeUndefined();
    expect(ratioText(traceSummary({ medianRatio: 1.4 }))).toBeUndefined();
    expect(ratioText(traceSummary({ medianRatio: 2.34 }))).toBe('×2.3');
    expect(ratioText(traceSummary({ medianRatio: 14.6 }))).toBe('×15');
  });

  it('is slow where it is so by a margin that can be felt', () => {
    const tone = (fields: Parameters<typeof traceSummary>[0]) => barTone(traceSummary(fields), 100);
    expect(tone({ medianRatio: 5, durationMs: 6 })).toBe('normal');
    expect(tone({ medianRatio: 5, durationMs: 600 })).toBe('slow');
    expect(tone({ medianRatio: 1, durationMs: 600 })).toBe('normal');
    expect(tone({ slowQueries: 1 })).toBe('slow');
    expect(tone({ slowQueries: 1, httpStatus: 500 })).toBe('error');
  });

  it('keeps short bars to be seen beside long ones', () => {
    expect(barShare(100, 10_000)).toBeCloseTo(0.1);
    expect(barShare(20_000, 10_000)).toBe(1);
    expect(barShare(5, 0)).toBe(1);
  });

  it('sets the type of an error apart', () => {
    expect(noteParts('TypeError: x: y')).toEqual(['TypeError', ': x: y']);
    expect(noteParts('it went wrong')).toEqual(['', 'it went wrong']);
  });

  it('is one sentence for who cannot see it', () => {
    const trace = traceSummary({ httpStatus: 500, queries: 27, nPlusOne: 1, errors: 1 });
    expect(rowLabel(trace)).toBe(
      'GET /orders, status 500, 20 milliseconds, 3 spans, 27 queries, N plus one, 1 error',
    );
  });
});
