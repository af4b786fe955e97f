import { Logger } from '@nestjs/common';
import { DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import type { OtelLogLevel } from '../config/otel.options.js';
import { BoundedMap } from '../core/bounded-map.js';
import { OWN_LOG_CONTEXT, type OperationsLog } from '../core/operations-log.js';

/** Writes through Nest's Logger, and so to wherever the application sends its logs. */
export class NestLog implements OperationsLog {
  private readonly logger = new Logger(OWN_LOG_CONTEXT);

  constructor(private readonly verbose: boolean) {}

  info(message: string): void {
    this.logger.log(message);
  }

  warn(message: string): void {
    this.logger.warn(message);
  }

  error(message: string, detail?: unknown): void {
    if (detail === undefined) this.logger.error(message);
    else this.logger.error(message, stackOf(detail));
  }

  /** Through `log`: the debug level of the application's logger is often off, and this was asked for. */
  debug(message: string): void {
    if (this.verbose) this.logger.log(message);
  }
}

/** The same message is not repeated within this time. */
const QUIET_MS = 60_000;
const MAX_REMEMBERED = 200;
/** Trace and span ids: what is said about one span is the same when it is said about the next. */
const IDS = /[\da-f]{32}|[\da-f]{16}/g;

const LEVELS: Record<OtelLogLevel, DiagLogLevel> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

export function diagLevelOf(level: OtelLogLevel): DiagLogLevel {
  return LEVELS[level];
}

/**
 * Brings what the OpenTelemetry packages have to say into Nest's Logger. They may say it once per
 * span; a line that was just written is left out.
 */
export function createDiagLogger(log: OperationsLog): DiagLogger {
  const said = new BoundedMap<string, number>(MAX_REMEMBERED);
  const once = (write: (message: string, detail: unknown) => void) => {
    return (given: unknown, ...details: unknown[]): void => {
      const message = String(given);
      const key = message.replace(IDS, '');
      const last = said.get(key);
      if (last !== undefined && Date.now() - last < QUIET_MS) return;
      said.set(key, Date.now());
      write(message, details[0]);
    };
  };
  const debug = once((message) => {
    log.debug(message);
  });
  return {
    error: once((message, detail) => {
      log.error(message, detail);
    }),
    warn: once((message) => {
      log.warn(message);
    }),
    info: once((message) => {
      log.info(message);
    }),
    debug,
    verbose: debug,
  };
}

function stackOf(detail: unknown): string {
  return detail instanceof Error ? (detail.stack ?? detail.message) : String(detail);
}
