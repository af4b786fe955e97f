import {
  Catch,
  ConsoleLogger,
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  RequestMethod,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type MiddlewareConsumer,
  type NestModule,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import type { InMemoryTelemetry, SpanView } from 'nestrace/testing';

class Misprint extends Error {}

@Catch(Misprint)
class MisprintFilter implements ExceptionFilter {
  private readonly logger = new Logger(MisprintFilter.name);

  constructor(private readonly host: HttpAdapterHost) {}

  catch(_error: Misprint, host: ArgumentsHost): void {
    this.logger.warn('a misprint was answered');
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { corrected: true }, 418);
  }
}

@Injectable()
class PressGuard implements CanActivate {
  private readonly logger = new Logger(PressGuard.name);

  canActivate(): boolean {
    this.logger.log('a press card was shown');
    return true;
  }
}

/** Writes in every way Nest has, and on both sides of an await. */
@Injectable()
class Reporter implements OnModuleInit {
  private readonly logger = new Logger(Reporter.name);

  onModuleInit(): void {
    this.logger.log('the reporter is awake');
  }

  async report(title: string): Promise<string> {
    this.logger.log(`writing ${title}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.logger.warn('out of coffee', { cups: 3, password: 'hunter2' });
    return title;
  }

  async misprint(): Promise<never> {
    await Promise.resolve();
    throw new Misprint('teh');
  }

  async fail(): Promise<void> {
    try {
      await this.burn();
    } catch (error) {
      this.logger.error('no report today', error);
    }
  }

  async burn(): Promise<never> {
    await Promise.resolve();
    throw new RangeError('the paper burnt');
  }
}

@Controller('news')
class Newsroom {
  private readonly logger = new Logger(Newsroom.name);
  private readonly console = new ConsoleLogger('Printer', { logLevels: ['fatal'] });

  constructor(private readonly reporter: Reporter) {}

  @Get('report')
  @UseGuards(PressGuard)
  report(): Promise<string> {
    return this.reporter.report('the weather');
  }

  @Get('levels')
  levels(): string {
    this.logger.verbose('a verbose one');
    this.logger.debug('a debug one');
    this.logger.log('a log one');
    this.logger.warn('a warn one');
    this.logger.error('an error one');
    this.logger.fatal('a fatal one');
    return 'levels';
  }

  @Get('ways')
  ways(): string {
    this.logger.log('through an instance');
    Logger.log('through the class', 'Static');
    new Logger().log('without a context');
    this.console.log('through a console logger');
    return 'ways';
  }

  @Get('many')
  many(): string {
    for (let line = 0; line < 200; line++) this.logger.log(`line ${line}`);
    this.logger.error('the last line');
    throw new RangeError('after many lines');
  }

  @Get('misprint')
  @UseFilters(MisprintFilter)
  misprint(): Promise<never> {
    return this.reporter.misprint();
  }

  @Get('fail')
  async fail(): Promise<string> {
    await this.reporter.fail();
    return 'failed';
  }

  @Get('fire')
  fire(): Promise<never> {
    return this.reporter.burn();
  }

  @Get('quiet')
  quiet(): string {
    return 'quiet';
  }
}

@Module({})
export class NewsroomModule implements NestModule {
  private readonly logger = new Logger('Doorman');

  static with(
    telemetry: InMemoryTelemetry,
    options: OtelModuleOptions = {},
    imports: NonNullable<DynamicModule['imports']> = [],
  ): DynamicModule {
    return {
      module: NewsroomModule,
      imports: [
        OtelModule.forRoot({
          service: { name: 'newsroom' },
          exporters: [],
          processors: [telemetry],
          ...options,
        }),
        ...imports,
      ],
      controllers: [Newsroom],
      providers: [Reporter],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    const { logger } = this;
    consumer
      .apply(function doorman(_request: unknown, _response: unknown, next: () => void): void {
        logger.log('somebody is at the door');
        next();
      })
      .forRoutes({ path: 'news/report', method: RequestMethod.GET });
  }
}

/** Lines on a span, as `level context: message`. */
export function linesOf(span: SpanView | undefined): readonly string[] {
  return (span?.events ?? [])
    .filter(({ name }) => name === 'log')
    .map(({ attributes }) => {
      const { 'nest.log.context': context = '-', 'log.severity': level } = attributes;
      return `${String(level)} ${String(context)}: ${String(attributes['log.message'])}`;
    });
}

/** Every line of a trace with the span it is on, in the order they were said. */
export function linesOfTrace(spans: readonly SpanView[]): readonly string[] {
  const lines = spans.flatMap((span) =>
    span.events
      .filter(({ name }) => name === 'log')
      .map((event) => ({
        event,
        line: `${span.name} | ${linesOf({ ...span, events: [event] })[0]}`,
      })),
  );
  return lines.toSorted((a, b) => a.event.time - b.event.time).map(({ line }) => line);
}
