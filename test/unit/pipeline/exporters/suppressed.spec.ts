import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suppressed } from '../../../../libs/nestrace/src/pipeline/exporters/suppressed.js';

const isSuppressed = (): boolean => isTracingSuppressed(context.active());

describe('suppressed', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(() => {
    context.disable();
  });

  it('returns what was returned, with tracing off meanwhile', () => {
    expect(suppressed(isSuppressed)).toBe(true);
    expect(isSuppressed()).toBe(false);
  });

  it('holds across everything asynchronous that was started inside', async () => {
    const later = suppressed(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return isSuppressed();
    });
    expect(isSuppressed()).toBe(false);
    expect(await later).toBe(true);
  });

  it('belongs to nothing that runs at the moment', () => {
    const key = createContextKey('key');
    const seen = context.with(ROOT_CONTEXT.setValue(key, 'value'), () =>
      suppressed(() => context.active().getValue(key)),
    );
    expect(seen).toBeUndefined();
  });

  it('throws what was thrown', () => {
    expect(() =>
      suppressed(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(isSuppressed()).toBe(false);
  });
});
