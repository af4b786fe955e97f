import { describe, expect, it } from 'vitest';
import { foldFrames } from '../../../../libs/panel-web/src/screens/errors/fold-frames.js';

const frame = (text: string, inApp: boolean) => ({ text, inApp });

describe('foldFrames', () => {
  it('keeps the order, and takes runs of other frames together', () => {
    const parts = foldFrames([
      frame('node a', false),
      frame('node b', false),
      frame('own c', true),
      frame('own d', true),
      frame('node e', false),
    ]);
    expect(
      parts.map((part) => (part.kind === 'own' ? part.frame.text : part.frames.length)),
    ).toEqual([2, 'own c', 'own d', 1]);
  });
});
