import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ResolvedOutgoingOptions } from '../../config/outgoing.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_OUTGOING_OPTIONS } from '../../config/tokens.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { traceNodeHttp } from './node-http.js';
import { compileSettings, outgoingSettings } from './outgoing-settings.js';
import { traceUndici } from './undici.js';

/** Traces outgoing HTTP while at least one application of the process wants it. */
@Injectable()
export class OutgoingEdge implements OnApplicationShutdown {
  private installed = false;

  constructor(
    @Inject(OTEL_OUTGOING_OPTIONS) options: ResolvedOutgoingOptions,
    @Inject(OTEL_OPTIONS) { semconv }: ResolvedOtelOptions,
    { telemetry }: TelemetryLifecycle,
  ) {
    if (telemetry === undefined || !options.enabled) return;
    outgoingSettings.keep(telemetry, compileSettings(options, semconv.http === 'dup'));
    this.installed = true;
    install();
  }

  onApplicationShutdown(): void {
    if (this.installed) uninstall();
    this.installed = false;
  }
}

let users = 0;
let undo: readonly (() => void)[] = [];

function install(): void {
  if (++users === 1) undo = [traceUndici(), traceNodeHttp()];
}

function uninstall(): void {
  if (--users > 0) return;
  for (const restore of undo) restore();
  undo = [];
}
