import { ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  remoteParentOf,
  withRemoteParent,
} from '../../../libs/nestrace/src/pipeline/remote-parent.js';

describe('the remote parent of a context', () => {
  it('is the one it was given, and only there', () => {
    const remote = { traceId: '1', spanId: '2', traceFlags: TraceFlags.NONE };
    expect(remoteParentOf(withRemoteParent(ROOT_CONTEXT, remote))).toBe(remote);
    expect(remoteParentOf(ROOT_CONTEXT)).toBeUndefined();
  });

  it('costs nothing where there is none', () => {
    expect(withRemoteParent(ROOT_CONTEXT, undefined)).toBe(ROOT_CONTEXT);
  });
});
