import type { ExecutionContext } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { activeContext, runIn } from '../../pipeline/active-context.js';
import type { ExecutionSource } from '../../pipeline/executions/begun-executions.js';
import { ExecutionSpan } from '../../pipeline/executions/execution-span.js';
import { hasMark, UNTRACED } from '../../pipeline/methods/markers.js';
import { startMethodSpan } from '../../pipeline/methods/start-method-span.js';
import type { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { untracedContext } from '../../pipeline/untraced.js';
import { planForContext } from './plan-for-context.js';

/** Begins the executions of an application that are not HTTP: rpc, ws, graphql. */
export class Executions implements ExecutionSource {
  private readonly served = new WeakMap<object, boolean>();

  constructor(
    private readonly lifecycle: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
  ) {}

  serves(owner: object): boolean {
    const known = this.served.get(owner);
    if (known !== undefined) return known;
    const serves = [...this.modules.values()].some(({ controllers, providers }) =>
      [...controllers.values(), ...providers.values()].some(({ metatype }) => metatype === owner),
    );
    this.served.set(owner, serves);
    return serves;
  }

  begin(execution: ExecutionContext): ExecutionSpan | undefined {
    const plan = planForContext(execution);
    if (plan === undefined) return undefined;
    const active = this.contextAround(execution);
    if (hasMark(execution.getHandler(), UNTRACED) || hasMark(execution.getClass(), UNTRACED)) {
      return untracedExecution(active);
    }
    const ours = { ...plan, telemetry: this.lifecycle.telemetry };
    const started = runIn(active, startMethodSpan, ours, []);
    return started && new ExecutionSpan(started);
  }

  /**
   * A GraphQL operation belongs to its HTTP request. Messages of other transports arrive in
   * whatever context their server was started in, which has nothing to do with them, unless
   * another SDK has opened a span for them.
   */
  private contextAround(execution: ExecutionContext): Context {
    const keeps = execution.getType<string>() === 'graphql' || this.lifecycle.usesForeignProvider;
    return keeps ? activeContext() : ROOT_CONTEXT;
  }
}

/** Everything in it runs in a context in which nothing is recorded. */
function untracedExecution(active: Context): ExecutionSpan | undefined {
  const untraced = untracedContext(active);
  const span = trace.getSpan(untraced);
  return span && new ExecutionSpan({ span, context: untraced });
}
