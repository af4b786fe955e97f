import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  randomSpanId,
  randomTraceId,
} from '../../../../libs/nestrace/src/pipeline/spans/random-ids.js';

describe('random ids', () => {
  it('are valid and never come twice, in whatever order they are asked for', () => {
    const ids = new Set<string>();
    for (let count = 0; count < 2000; count++) {
      const id = count % 3 === 0 ? randomTraceId() : randomSpanId();
      expect(count % 3 === 0 ? isValidTraceId(id) : isValidSpanId(id)).toBe(true);
      ids.add(id);
    }
    expect(ids.size).toBe(2000);
  });
});
