import { describe, expect, it } from 'vitest';
import { SPAN_FLAG } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { badgesOf } from '../../../../../libs/panel-web/src/screens/trace/model/badges.js';

const texts = (flags: number, parent = 0, folded?: number) =>
  badgesOf(flags, parent, folded).map(({ text }) => text);

describe('badges', () => {
  it('say what is special about a span', () => {
    expect(texts(SPAN_FLAG.slow | SPAN_FLAG.truncated)).toEqual(['slow', 'truncated']);
    expect(texts(SPAN_FLAG.critical | SPAN_FLAG.open)).toEqual([]);
    expect(texts(SPAN_FLAG.folded, 0, 12)).toEqual(['folded ×12']);
    expect(texts(SPAN_FLAG.folded)).toEqual(['folded']);
  });

  it('do not repeat what the parent says for all below it', () => {
    expect(texts(SPAN_FLAG.notExported)).toEqual(['not exported']);
    expect(texts(SPAN_FLAG.notExported, SPAN_FLAG.notExported)).toEqual([]);
    expect(texts(SPAN_FLAG.received, SPAN_FLAG.received)).toEqual([]);
  });
});
