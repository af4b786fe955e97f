import 'reflect-metadata';
import { Controller, Get, Injectable, Module, type DynamicModule } from '@nestjs/common';
import {
  OTEL_SPAN_EXPORTERS,
  OTEL_TRACER_PROVIDER,
  OtelModule,
  Traced,
  type Delivery,
  type ObservedExporter,
  type OtelModuleOptions,
} from 'nestrace';
import type { RunningApp } from '../../support/apps.js';

@Injectable()
class Tools {
  @Traced()
  hammer(): string {
    return 'done';
  }
}

@Controller()
class WorkshopController {
  readonly waiting: (() => void)[] = [];

  constructor(private readonly tools: Tools) {}

  @Get('work')
  work(): string {
    return this.tools.hammer();
  }

  @Get('wait')
  async wait(): Promise<string> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.tools.hammer();
  }
}

/** A request of `/work` makes two spans: its own, and that of the method. */
export const SPANS_OF_WORK = 2;

/** An application of which every span is known. */
export function workshop(options: OtelModuleOptions): DynamicModule {
  @Module({
    imports: [
      OtelModule.forRoot({
        autoTrace: false,
        lifecycle: false,
        outgoing: false,
        sampling: { ratio: 1, keep: false },
        panel: false,
        ...options,
      }),
    ],
    controllers: [WorkshopController],
    providers: [Tools],
  })
  class WorkshopModule {}
  return { module: WorkshopModule };
}

export function letGo({ app }: RunningApp): void {
  for (const done of app.get(WorkshopController).waiting.splice(0)) done();
}

export function deliveryOf({ app }: RunningApp): Delivery {
  const [exporter] = app.get<readonly ObservedExporter[]>(OTEL_SPAN_EXPORTERS);
  if (exporter === undefined) throw new Error('there is no exporter');
  return exporter.delivery;
}

export function flush({ app }: RunningApp): Promise<void> {
  return app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush();
}
