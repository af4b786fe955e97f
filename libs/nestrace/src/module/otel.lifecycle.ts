import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import { whoSet } from '../config/schema/report.js';
import { OTEL_OPTIONS } from '../config/tokens.js';
import { AutoTraceEdge } from '../edges/autotrace/index.js';
import { LifecycleEdge } from '../edges/lifecycle/index.js';
import { LoggingEdge } from '../edges/logging/index.js';
import { TelemetryLifecycle } from '../pipeline/telemetry-lifecycle.js';
import { findSplitApiCopies } from '../pipeline/api-copies.js';
import { bootLine } from './boot-report.js';
import { NestLog } from './nest-log.js';

/** Says what was set up when the application starts, and delivers what is left when it ends. */
@Injectable()
export class OtelLifecycle implements OnModuleInit, OnApplicationShutdown {
  private readonly log: NestLog;
  private closing: Promise<void> | undefined;
  private readonly isClosedLater: boolean;

  constructor(
    @Inject(OTEL_OPTIONS) private readonly options: ResolvedOtelOptions,
    private readonly lifecycle: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
    edge: LifecycleEdge,
    private readonly autoTrace: AutoTraceEdge,
    private readonly logging: LoggingEdge,
  ) {
    this.log = new NestLog(options.debug);
    this.isClosedLater = edge.whenClosed(() => this.finish());
  }

  onModuleInit(): void {
    const { options, lifecycle, log } = this;
    for (const warning of options.warnings) log.warn(warning);
    log.info(bootLine(options, lifecycle.usesForeignProvider));
    if (!options.enabled) return;
    for (const sentence of findSplitApiCopies()) log.error(sentence);
    if (this.isImportedTwice()) {
      log.warn(
        'OtelModule.forRoot() is imported more than once in this application. Import it once, in ' +
          'the root module; requests are traced by the first.',
      );
    }
    for (const [path, origin] of options.origins) {
      const by = whoSet(origin);
      if (by !== undefined) log.debug(`${path} comes from ${by}`);
    }
  }

  private isImportedTwice(): boolean {
    const lifecycles = [...this.modules.values()].filter(({ providers }) =>
      providers.has(OtelLifecycle),
    );
    return lifecycles.length > 1;
  }

  /** Hooks of other modules may come after this one, and their spans with them. */
  onApplicationShutdown(): Promise<void> | undefined {
    return this.isClosedLater ? undefined : this.finish();
  }

  /** An application may be closed twice; what is lost is said once. */
  private finish(): Promise<void> {
    return (this.closing ??= this.close());
  }

  private async close(): Promise<void> {
    const { timeoutMs } = this.options.shutdown;
    // The other way round than they began: both may have a hand on the same method.
    this.logging.release();
    this.autoTrace.release();
    const inTime = await this.lifecycle.shutdown(timeoutMs);
    if (!inTime) {
      this.log.warn(
        `The last spans could not be delivered within ${timeoutMs} ms and were dropped. ` +
          `The time is set by shutdown.timeoutMs.`,
      );
    }
  }
}
