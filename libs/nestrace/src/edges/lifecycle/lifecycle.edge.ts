import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_OPTIONS } from '../../config/tokens.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { ApplicationLife } from './application-life.js';
import { StartMoment } from './start-moment.js';
import { seesTheEnd, watchApplication } from './watch-applications.js';

/** How long a failed start may wait for its trace to be delivered. */
const MAX_FLUSH_MS = 1000;

/**
 * Makes traces of the start and of the end of the application. Where another SDK makes the spans
 * there are none: its instrumentations would add to them for as long as timers run that were
 * started in a hook.
 */
@Injectable()
export class LifecycleEdge {
  private readonly stop: (() => void) | undefined;
  private readonly listeners: (() => Promise<void>)[] = [];

  constructor(
    @Inject(OTEL_OPTIONS) { lifecycle: isWanted, shutdown }: ResolvedOtelOptions,
    lifecycle: TelemetryLifecycle,
    startMoment: StartMoment,
    modules: ModulesContainer,
  ) {
    const { telemetry, usesForeignProvider } = lifecycle;
    if (telemetry === undefined || usesForeignProvider || !isWanted) return;
    const life = new ApplicationLife({
      telemetry,
      modules,
      startedAt: startMoment.at,
      isLeftOut: ({ providers }) => providers.has(LifecycleEdge),
      onFailure: () => lifecycle.flush(Math.min(MAX_FLUSH_MS, shutdown.timeoutMs)),
      onClosed: () => this.closed(),
    });
    this.stop = watchApplication(modules, life);
  }

  /**
   * Calls back when the application has run its last hook and its trace is complete. Returns false
   * where that cannot be known.
   */
  whenClosed(listener: () => Promise<void>): boolean {
    if (this.stop === undefined || !seesTheEnd()) return false;
    this.listeners.push(listener);
    return true;
  }

  private async closed(): Promise<void> {
    this.stop?.();
    await Promise.allSettled(this.listeners.map((listener) => listener()));
  }
}
