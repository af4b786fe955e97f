import { Injectable, type ArgumentsHost, type OnApplicationShutdown } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { requestOf } from './server-request.js';

type Catch = (this: BaseExceptionFilter, exception: unknown, host: ArgumentsHost) => unknown;

/**
 * Sees the exceptions no interceptor can see: those of guards and middleware, which run before
 * interceptors do. They all end in Nest's built-in filter, unless the application has a filter of
 * its own for them. The patch is shared by all applications of the process.
 */
@Injectable()
export class ExceptionObserver implements OnApplicationShutdown {
  private installed: boolean;

  constructor(lifecycle: TelemetryLifecycle) {
    this.installed = lifecycle.telemetry !== undefined;
    if (this.installed) install();
  }

  onApplicationShutdown(): void {
    if (this.installed) uninstall();
    this.installed = false;
  }
}

let users = 0;
let original: Catch | undefined;

function install(): void {
  if (++users > 1) return;
  const prototype = BaseExceptionFilter.prototype as unknown as { catch: Catch };
  const builtIn = prototype.catch;
  original = builtIn;
  prototype.catch = function (exception, host) {
    try {
      requestOf(context.active())?.threw(exception);
    } catch (error) {
      noteFailure('exception', error);
    }
    return builtIn.call(this, exception, host);
  };
}

function uninstall(): void {
  if (--users > 0 || original === undefined) return;
  (BaseExceptionFilter.prototype as unknown as { catch: Catch }).catch = original;
  original = undefined;
}
