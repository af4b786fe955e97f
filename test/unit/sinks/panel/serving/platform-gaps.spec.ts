import type { AbstractHttpAdapter } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  addTrailingSlash,
  takePanelMediaType,
} from '../../../../../libs/nestrace/src/sinks/panel/serving/platform-gaps.js';

const adapter = (instance: object, more: object = {}): AbstractHttpAdapter =>
  ({ getInstance: () => instance, ...more }) as unknown as AbstractHttpAdapter;
const handler = (): Promise<void> => Promise.resolve();

describe('the gaps of platforms', () => {
  it('are left where they are when the platform refuses, or is another one', () => {
    const refuse = (): never => {
      throw new Error('started already');
    };
    const stubborn = adapter(
      { hasContentTypeParser: () => false, addContentTypeParser: refuse, hasRoute: refuse },
      { get: refuse },
    );
    for (const some of [undefined, adapter({}), stubborn]) {
      expect(() => takePanelMediaType(some)).not.toThrow();
      expect(() => addTrailingSlash(some, '/_otel', handler)).not.toThrow();
    }
  });

  it('are filled once', () => {
    const added: string[] = [];
    const instance = {
      hasContentTypeParser: (type: string) => added.includes(type),
      addContentTypeParser: (type: string) => added.push(type),
      hasRoute: ({ url }: { url: string }) => added.includes(url),
    };
    const some = adapter(instance, { get: (url: string) => added.push(url) });
    for (let round = 0; round < 2; round += 1) {
      takePanelMediaType(some);
      addTrailingSlash(some, '/api/_otel', handler);
    }
    expect(added).toEqual(['application/vnd.nestrace+json', '/api/_otel/']);
  });
});
