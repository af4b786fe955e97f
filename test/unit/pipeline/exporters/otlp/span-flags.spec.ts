import type { SpanContext } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { spanFlags } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/span-flags.js';

const contextWith = (traceFlags: number, isRemote?: boolean): SpanContext => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  traceFlags,
  ...(isRemote !== undefined && { isRemote }),
});

describe('the flags of a span', () => {
  it.each([
    ['a root', contextWith(1), undefined, 0x101],
    ['a child of this process', contextWith(1), contextWith(1), 0x101],
    ['a child of another process', contextWith(1), contextWith(1, true), 0x301],
    ['one that is not sampled', contextWith(0), contextWith(1, false), 0x100],
    ['flags of a later version of W3C', contextWith(0xff), undefined, 0x1ff],
    ['more bits than there are', contextWith(0xf02), undefined, 0x102],
  ])('are right for %s', (_, own, other, flags) => {
    expect(spanFlags(own, other)).toBe(flags);
  });
});
