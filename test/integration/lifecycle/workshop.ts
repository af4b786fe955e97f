import {
  Injectable,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import { OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';

/** Has every hook there is. */
@Injectable()
export class Tools
  implements
    OnModuleInit,
    OnApplicationBootstrap,
    OnModuleDestroy,
    BeforeApplicationShutdown,
    OnApplicationShutdown
{
  async onModuleInit(): Promise<void> {
    await Promise.resolve();
    this.sharpen();
  }

  onApplicationBootstrap(): void {}

  async onModuleDestroy(): Promise<void> {
    await Promise.resolve();
    this.sharpen();
  }

  beforeApplicationShutdown(): void {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.resolve();
    this.sharpen();
  }

  @Traced()
  sharpen(): void {}
}

@Module({ providers: [Tools] })
class ToolsModule implements OnModuleInit {
  onModuleInit(): void {}
}

/** Keeps the traces of start and end, too. */
export function lifecycleTelemetry(): InMemoryTelemetry {
  return new InMemoryTelemetry({ lifecycle: true });
}

/** Leaves out the start, and nothing else. */
export class NoStart implements Sampler {
  shouldSample(...args: Parameters<Sampler['shouldSample']>): SamplingResult {
    const sampler = args[2] === 'app.bootstrap' ? new AlwaysOffSampler() : new AlwaysOnSampler();
    return sampler.shouldSample();
  }
}

/** A workshop with tools, and with whatever else is given. */
export function workshopWith(
  telemetry: InMemoryTelemetry,
  { options = {}, module = {} }: { options?: OtelModuleOptions; module?: ModuleMetadata } = {},
): DynamicModule {
  class WorkshopModule {}
  return {
    module: WorkshopModule,
    ...module,
    imports: [
      OtelModule.forRoot({
        service: { name: 'workshop' },
        exporters: 'none',
        processors: [telemetry],
        ...options,
      }),
      ToolsModule,
      ...(module.imports ?? []),
    ],
  };
}

/** A span of a start or an end. */
export function lifecycle(name: string, ...children: SpanExpectation[]): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    status: 'UNSET',
    attributes: { 'nest.type': 'lifecycle' },
    links: 0,
    children,
  };
}

/** The span of a hook. */
export function hook(
  name: string,
  module: string,
  ...children: SpanExpectation[]
): SpanExpectation {
  return {
    ...lifecycle(name, ...children),
    attributes: {
      'nest.type': 'lifecycle',
      'code.function.name': name,
      'nest.module': module,
    },
  };
}

export const INJECTION = lifecycle('dependency injection');
export const LISTEN = lifecycle('listen');
export const INIT = lifecycle(
  'onModuleInit',
  hook('Tools.onModuleInit', 'ToolsModule', { name: 'Tools.sharpen' }),
  hook('ToolsModule.onModuleInit', 'ToolsModule'),
);
export const BOOTSTRAP = lifecycle(
  'onApplicationBootstrap',
  hook('Tools.onApplicationBootstrap', 'ToolsModule'),
);
