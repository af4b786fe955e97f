import type { IncomingMessage, ServerResponse } from 'node:http';
import { ParseIntPipe, type INestApplication } from '@nestjs/common';
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NoopSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { Repository } from 'typeorm';
import { ChainController, ChainService, ServiceA, ServiceB, ServiceC } from './chain.js';
import { HelloController, HelloService } from './hello.js';
import { plan } from './plan.js';
import { UsersController, UsersGuard, UsersService } from './users.js';
import { WorkController, WorkService, WorkSteps } from './work.js';

interface RoutedRequest extends IncomingMessage {
  /** Express. */
  readonly route?: { readonly path: string };
}

interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: IncomingMessage; readonly routeOptions: { readonly url?: string } },
      reply: { readonly raw: ServerResponse },
      done: () => void,
    ) => void,
  ): void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** As many spans as nestrace makes of the same requests. */
const METHODS: readonly (readonly [abstract new (...args: never[]) => object, ...string[]])[] = [
  [HelloController, 'getHello'],
  [HelloService, 'hello'],
  [ChainController, 'getChain'],
  [ChainService, 'chain'],
  [ServiceA, 'a'],
  [ServiceB, 'b'],
  [ServiceC, 'c'],
  [UsersGuard, 'canActivate'],
  [ParseIntPipe, 'transform'],
  [UsersController, 'getUser'],
  [UsersService, 'findOne'],
  [WorkController, 'getWork'],
  [WorkService, 'work'],
  [WorkSteps, 'read', 'check', 'price', 'render'],
];

/**
 * What a careful person writes by hand on the same OpenTelemetry SDK: a hook for the request, a
 * wrapper for the methods, a batch, OTLP in protobuf. It has no options, no guard against failures
 * of its own, takes no trace from a caller and knows one application only.
 */
export class FloorTracing {
  private readonly provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    spanProcessors: [plan.batch === undefined ? new NoopSpanProcessor() : batch(plan.batch)],
  });
  private readonly tracer: Tracer = this.provider.getTracer('floor');

  constructor() {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  traceRequests(app: INestApplication): void {
    if (plan.adapter === 'fastify') {
      const fastify = app.getHttpAdapter().getInstance() as FastifyLike;
      fastify.addHook('onRequest', (request, reply, done) => {
        this.traceRequest(request.raw, reply.raw, () => request.routeOptions.url, done);
      });
    } else {
      app.use((request: RoutedRequest, response: ServerResponse, next: () => void) => {
        this.traceRequest(request, response, () => request.route?.path, next);
      });
    }
  }

  wrapMethods(): void {
    for (const [owner, ...methods] of METHODS) {
      for (const method of methods) {
        const name = `${owner.name}.${method}`;
        this.wrap(owner.prototype, method, name, { attributes: { 'code.function.name': name } });
      }
    }
    this.wrap(Repository.prototype, 'findOneBy', 'SELECT users', {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'sqlite',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'users',
        'db.query.text': 'SELECT id, name FROM users WHERE id = ? LIMIT 1',
      },
    });
  }

  flush(): Promise<void> {
    return this.provider.forceFlush();
  }

  private traceRequest(
    request: IncomingMessage,
    response: ServerResponse,
    route: () => string | undefined,
    next: () => void,
  ): void {
    const span = this.tracer.startSpan(`${request.method}`, {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': request.method,
        'url.path': request.url,
        'url.scheme': 'http',
        'server.address': request.headers.host,
      },
    });
    response.once('close', () => {
      const template = route();
      if (template !== undefined) {
        span.updateName(`${request.method} ${template}`);
        span.setAttribute('http.route', template);
      }
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
    context.with(trace.setSpan(context.active(), span), next);
  }

  private wrap(prototype: object, method: string, name: string, options: SpanOptions): void {
    const { tracer } = this;
    const original = Reflect.get(prototype, method) as Method;
    function traced(this: unknown, ...args: unknown[]): unknown {
      const span = tracer.startSpan(name, options);
      return context.with(trace.setSpan(context.active(), span), () =>
        ended(span, () => original.apply(this, args)),
      );
    }
    // Nest finds routes, guards and pipes of a handler by the metadata on it.
    for (const key of Reflect.getOwnMetadataKeys(original)) {
      Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), traced);
    }
    Object.defineProperty(prototype, method, { value: traced, configurable: true, writable: true });
  }
}

function batch(options: NonNullable<typeof plan.batch>): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${plan.endpoint}/v1/traces` }),
    maxQueueSize: options.maxQueueSize,
    scheduledDelayMillis: options.scheduledDelayMs,
  });
}

/** Ends the span when the method has ended. */
function ended(span: Span, run: () => unknown): unknown {
  try {
    const result = run();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    return result.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        throw failed(span, error);
      },
    );
  } catch (error) {
    throw failed(span, error);
  }
}

function failed(span: Span, error: unknown): unknown {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return error;
}
