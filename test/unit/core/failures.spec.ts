import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureCounts, noteFailure } from '../../../libs/nestrace/src/core/failures.js';

function silent(): void {}

function listen(error: DiagLogger['error']): void {
  diag.setLogger(
    { error, warn: silent, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
}

describe('noteFailure', () => {
  afterEach(() => {
    diag.disable();
  });

  it('says the first failure of a site with its cause, and only counts the others', () => {
    const error = vi.fn<DiagLogger['error']>();
    listen(error);
    const cause = new Error('first');
    noteFailure('incoming.request', cause);
    noteFailure('incoming.request', new Error('second'));
    noteFailure('incoming.request', new Error('third'));
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.stringContaining('"incoming.request"'), cause);
    expect(failureCounts().get('incoming.request')).toBe(3);
  });

  it('counts every site on its own', () => {
    const error = vi.fn<DiagLogger['error']>();
    listen(error);
    noteFailure('incoming.route', 'a');
    noteFailure('typeorm.before', 'b');
    expect(error).toHaveBeenCalledTimes(2);
    expect(failureCounts().get('incoming.route')).toBe(1);
    expect(failureCounts().get('typeorm.before')).toBe(1);
    expect(failureCounts().get('outgoing.start')).toBeUndefined();
  });

  it('survives a log that throws, and still counts', () => {
    listen(() => {
      throw new Error('the log is broken');
    });
    expect(() => {
      noteFailure('log', new Error('cause'));
    }).not.toThrow();
    expect(failureCounts().get('log')).toBe(1);
  });
});
