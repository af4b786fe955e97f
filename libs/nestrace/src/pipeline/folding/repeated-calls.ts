import { ROOT_CONTEXT, trace, type HrTime, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_NEST_FOLDED_COUNT, ATTR_NEST_FOLDED_DURATION_MS } from '../attributes.js';
import { localTraceOf } from '../local-trace.js';
import type { MethodPlan } from '../methods/method-plan.js';
import { milliseconds } from '../span-clock.js';
import type { TentativeCall } from './tentative-call.js';

/** Below a parent that lives for hours, what is folded is told this often. */
const MAX_WAIT_SECONDS = 30;

/**
 * All calls of one method under one parent. The first ones are spans like any other. Each further
 * one is tentative: when it has ended it is folded into a sum, unless it is the slowest so far,
 * which waits, or is worth to be kept. The sum becomes a span when the parent has ended.
 */
export class RepeatedCalls {
  started = 0;
  /** The parent has ended: nothing is folded any more. */
  isClosed = false;
  private slowest: TentativeCall | undefined;
  private slowestMs = 0;
  private count = 0;
  private durationMs = 0;
  private from: HrTime | undefined;
  private until: HrTime | undefined;

  constructor(
    readonly plan: MethodPlan,
    private readonly parent: Span,
  ) {}

  /** The call has ended, with everything in it that did not outlive it. */
  settle(call: TentativeCall, root: ReadableSpan): void {
    if (this.isClosed || !call.mayBeFolded) {
      call.keep();
      return;
    }
    const ms = milliseconds(root.duration);
    const folded = this.slowest === undefined || ms > this.slowestMs ? this.slowest : call;
    if (folded !== call) {
      this.slowest = call;
      this.slowestMs = ms;
    }
    if (folded !== undefined) this.fold(folded);
    if (this.from !== undefined && root.endTime[0] - this.from[0] >= MAX_WAIT_SECONDS) this.tell();
  }

  /** The parent has ended: what there is to tell is told before it. */
  close(): void {
    this.isClosed = true;
    this.tell();
  }

  private fold(call: TentativeCall): void {
    const root = call.fold();
    if (root === undefined) return;
    this.count++;
    this.durationMs += milliseconds(root.duration);
    if (this.from === undefined || isBefore(root.startTime, this.from)) this.from = root.startTime;
    if (this.until === undefined || isBefore(this.until, root.endTime)) this.until = root.endTime;
  }

  private tell(): void {
    this.slowest?.keep();
    this.slowest = undefined;
    const { plan, parent, count, from, until } = this;
    const tracer = localTraceOf(parent)?.telemetry?.tracer;
    if (count === 0 || from === undefined || until === undefined || tracer === undefined) return;
    const attributes = {
      ...plan.attributes,
      [ATTR_NEST_FOLDED_COUNT]: count,
      [ATTR_NEST_FOLDED_DURATION_MS]: Math.round(this.durationMs * 1000) / 1000,
    };
    this.count = 0;
    this.durationMs = 0;
    this.from = undefined;
    this.until = undefined;
    const below = trace.setSpan(ROOT_CONTEXT, parent);
    tracer.startSpan(plan.name, { kind: plan.kind, attributes, startTime: from }, below).end(until);
  }
}

function isBefore(a: HrTime, b: HrTime): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
