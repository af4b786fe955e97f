import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { ResolvedLogsOptions } from '../../config/logs.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_LOGS_OPTIONS, OTEL_OPTIONS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import type { SharedPatch } from '../../core/shared-patch.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { IdLoggers } from './id-loggers.js';
import { injectedLoggers } from './injected-loggers.js';
import { compileSettings, logSettings } from './log-settings.js';
import { loggerInUse, nestLoggerPatches } from './nest-loggers.js';
import { OwnLoggers } from './own-loggers.js';

/** Connects log and traces while at least one application of the process wants it. */
@Injectable()
export class LoggingEdge implements OnModuleInit {
  private installed = false;

  constructor(
    @Inject(OTEL_LOGS_OPTIONS) options: ResolvedLogsOptions,
    @Inject(OTEL_OPTIONS) { limits }: ResolvedOtelOptions,
    { telemetry }: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
    @Optional() private readonly host?: HttpAdapterHost,
  ) {
    if (telemetry === undefined || !options.enabled) return;
    logSettings.keep(telemetry, compileSettings(options, limits.eventCount));
    this.installed = true;
    install();
    watchLogger(loggerInUse());
  }

  onModuleInit(): void {
    if (!this.installed) return;
    try {
      const { loggers, pinoLogger } = injectedLoggers(this.modules, this.host);
      for (const logger of loggers) idLoggers.add(logger);
      ownLoggers.watchPinoLogger(pinoLogger);
    } catch (error) {
      noteFailure('logging', error);
    }
  }

  /** Called when the last hooks have run: what they say belongs to the trace of the end. */
  release(): void {
    if (this.installed) uninstall();
    this.installed = false;
  }
}

const ownLoggers = new OwnLoggers();
const idLoggers = new IdLoggers();
let users = 0;
let patches: readonly SharedPatch[] = [];

function watchLogger(logger: unknown): void {
  if (users === 0) return;
  try {
    ownLoggers.watch(logger);
  } catch (error) {
    noteFailure('logging', error);
  }
  idLoggers.add(logger);
}

function install(): void {
  if (++users > 1) return;
  patches = nestLoggerPatches(watchLogger);
  for (const patch of patches) patch.install();
}

function uninstall(): void {
  if (--users > 0) return;
  for (const patch of patches) patch.uninstall();
  patches = [];
  ownLoggers.release();
  idLoggers.release();
}
