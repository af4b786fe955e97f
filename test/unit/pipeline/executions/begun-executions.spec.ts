import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  beginOnce,
  leaveToOthers,
  takeOver,
  type Execution,
  type ExecutionSource,
} from '../../../../libs/nestrace/src/pipeline/executions/begun-executions.js';
import { ExecutionSpan } from '../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { waitUntil } from '../../../support/wait-until.js';
import { planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

/** Begins everything it is asked for, and counts how often that was. */
class Source implements ExecutionSource {
  asked = 0;

  constructor(private readonly records = true) {}

  serves(): boolean {
    return true;
  }

  begin(): ExecutionSpan | undefined {
    this.asked++;
    if (!this.records) return undefined;
    const started = startMethodSpan(planOf({ name: 'execution' }), []);
    return started && new ExecutionSpan(started);
  }
}

function executionWith(args: readonly unknown[]): Execution {
  return { getType: () => 'rpc', getClass: () => Source, getArgs: () => args };
}

describe('an execution', () => {
  it('is known by the list of its arguments, not by what is in it', () => {
    const source = new Source();
    const args = ['data'];
    const first = beginOnce(executionWith(args), source);
    expect(beginOnce(executionWith(args), source)).toBe(first);
    expect(beginOnce(executionWith(['data']), source)).not.toBe(first);
    expect(source.asked).toBe(2);
  });

  it('that is not recorded is begun once as well', () => {
    const source = new Source(false);
    const execution = executionWith([]);
    expect(beginOnce(execution, source)).toBeUndefined();
    expect(takeOver(execution, source)).toBeUndefined();
    expect(source.asked).toBe(1);
  });

  it('is handed from the guards to the first interceptor', () => {
    const source = new Source();
    const execution = executionWith([]);
    const begun = beginOnce(execution, source);
    expect(takeOver(execution, source)).toBe(begun);
    expect(takeOver(execution, source)).toBeUndefined();
    expect(source.asked).toBe(1);
  });

  it('ends when nobody comes after the guards', async () => {
    const source = new Source();
    const taken = executionWith([]);
    (() => {
      for (const execution of [executionWith([]), taken]) {
        const span = beginOnce(execution, source);
        if (span === undefined) throw new Error('nothing begun');
        leaveToOthers(span, execution);
        leaveToOthers(span, execution);
      }
    })();
    takeOver(taken, source);
    expect(tracing.spans.openSpans()).toHaveLength(2);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await waitUntil(() => {
      collectGarbage();
      return tracing.spans.spans().length > 0;
    }, 'the end of the execution');
    expect(tracing.spans.openSpans()).toEqual(['execution']);
  });
});
