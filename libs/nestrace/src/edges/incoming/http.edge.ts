import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import { context, type Context } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import type { ResolvedHttpOptions } from '../../config/http.options.js';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_HTTP_OPTIONS, OTEL_OPTIONS, OTEL_PANEL_ADDRESS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import { activeContext } from '../../pipeline/active-context.js';
import { requestDuration } from '../../pipeline/metrics/durations.js';
import type { PanelAddress } from '../../pipeline/panel-address.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { hookAdapter, hookServer, isHooked, type TakeRequest } from './adapter-hooks.js';
import { HttpSpans } from './http-spans.js';
import { compileIgnoreRules } from './ignore-rules.js';
import { measuredRequestOf } from './measured-request.js';
import type { RawRequest } from './request-attributes.js';
import { requestOf } from './server-request.js';
import { TraceLinks } from './trace-links.js';

/** Two OtelModules in one application must not make two SERVER spans of one request. */
const servedApplications = new WeakSet<ApplicationConfig>();

/**
 * Opens a SERVER span for every HTTP request, through the hooks Nest's adapters offer for it. They
 * are installed in the constructor: the router asks for the route hook before any module is
 * initialised. Adapters without hooks are watched at their server instead.
 */
@Injectable()
export class HttpEdge implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly spans: HttpSpans | undefined;
  /** Requests that came through the watched server; its adapter may also be called directly. */
  private readonly seen = new WeakSet<object>();
  private watchesServer = false;
  /** Whether every request comes through the hook; unknown until there is an adapter. */
  private isCertain: boolean | undefined;
  private fillGap: () => void = () => {};
  private hookHasRun = false;
  private uninstall: (() => void) | undefined;

  constructor(
    @Inject(OTEL_HTTP_OPTIONS) options: ResolvedHttpOptions,
    @Inject(OTEL_OPTIONS) { sampling, semconv, panel, metrics }: ResolvedOtelOptions,
    @Inject(OTEL_PANEL_ADDRESS) panelAddress: PanelAddress,
    lifecycle: TelemetryLifecycle,
    private readonly host: HttpAdapterHost,
    config: ApplicationConfig,
  ) {
    const { telemetry } = lifecycle;
    if (telemetry === undefined || !options.enabled || servedApplications.has(config)) return;
    servedApplications.add(config);
    const prefix = (): string => config.getGlobalPrefix();
    const ignored = compileIgnoreRules(sampling.ignore, sampling.ignoreProbes, prefix);
    const linksToPanel = panel.enabled && (panel.linkHeader !== false || panel.logLinks !== false);
    this.spans = new HttpSpans(
      telemetry,
      options,
      (request) => panelAddress.owns(request.path) || ignored(request),
      {
        legacyNames: semconv.http === 'dup',
        adoptsForeignSpans: lifecycle.usesForeignProvider,
      },
      linksToPanel ? new TraceLinks(panel, panelAddress) : undefined,
      metrics.enabled && metrics.durations ? requestDuration : undefined,
    );
    // NestFactory sets the adapter before it makes providers, Test.createTestingModule after.
    if (host.httpAdapter) this.install();
    else host.init$?.subscribe(() => this.install());
  }

  onModuleInit(): void {
    this.installOnServer();
  }

  /** Fastify and custom adapters may have their server only now. */
  onApplicationBootstrap(): void {
    this.installOnServer();
  }

  onApplicationShutdown(): void {
    this.uninstall?.();
  }

  get enabled(): boolean {
    return this.spans !== undefined;
  }

  /**
   * Calls back before routes are bound where the adapter may hand requests to them that have not
   * passed this edge.
   */
  onGap(fill: () => void): void {
    if (this.isCertain === false) fill();
    else this.fillGap = fill;
  }

  /** Whether the request has passed this edge, recorded or not. */
  hasSeen(request: object): boolean {
    if (this.watchesServer) return this.seen.has(rawOf(request));
    // An adapter may take a hook and never call it; one that called it once calls it always.
    return this.hookHasRun;
  }

  /**
   * Opens the span of a request that no hook has seen, for servers Nest does not know: the
   * interceptor meets such requests first.
   */
  open(request: object, response: object): Context | undefined {
    try {
      return this.spans?.open(rawOf(request) as RawRequest, rawOf(response) as ServerResponse);
    } catch (error) {
      noteFailure('incoming.request', error);
      return undefined;
    }
  }

  private install(): void {
    const adapter = this.adapter();
    if (adapter === undefined) return;
    this.uninstall ??= hookAdapter(adapter, this.takeFromHook, routeTriggered);
    this.isCertain = isHooked(adapter);
    if (!this.isCertain) this.fillGap();
  }

  private installOnServer(): void {
    const adapter = this.adapter();
    if (this.spans === undefined || adapter === undefined || this.uninstall !== undefined) return;
    this.uninstall = hookServer(adapter.getHttpServer(), this.takeFromServer);
    this.watchesServer = this.uninstall !== undefined;
  }

  /** A microservice and a standalone application have none, whatever its type says. */
  private adapter(): AbstractHttpAdapter | undefined {
    return (this.host.httpAdapter as AbstractHttpAdapter | null | undefined) ?? undefined;
  }

  /** Runs `next` exactly once, whatever becomes of the span. */
  private readonly take: TakeRequest = (request, response, next) => {
    const active = this.open(request, response);
    return active === undefined ? next() : context.with(active, next);
  };

  private readonly takeFromHook: TakeRequest = (request, response, next) => {
    this.hookHasRun = true;
    return this.take(request, response, next);
  };

  private readonly takeFromServer: TakeRequest = (request, response, next) => {
    this.seen.add(request);
    return this.take(request, response, next);
  };
}

/** Fastify wraps requests and replies; Node's own are in `raw`. */
function rawOf(object: object): object {
  return (object as { raw?: object }).raw ?? object;
}

function routeTriggered(template: string): void {
  try {
    const active = activeContext();
    const request = requestOf(active);
    if (request !== undefined) return request.routeTo(template);
    const measured = measuredRequestOf(active);
    if (measured !== undefined) measured.route = template;
  } catch (error) {
    noteFailure('incoming.route', error);
  }
}
