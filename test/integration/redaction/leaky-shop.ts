import 'reflect-metadata';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Logger,
  Module,
  Param,
  Post,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { OtelModule, SpanAttribute, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import { DataSource } from 'typeorm';

/** What a careless application is given, and passes on. Nothing of it may leave in a trace. */
export const SECRETS = {
  authorization: 'hdrBearer0f1e2d3c4b5a',
  cookie: 'ckSession77aa88bb',
  apiKey: 'hdrApiKey5150',
  queryToken: 'qryToken9f8e7d',
  queryMail: 'query.ann@example.org',
  pathMail: 'path.ann@example.org',
  pathMailEncoded: 'path.ann%40example.org',
  bodyPassword: 'bdyHunter2',
  bodyCard: '4242424242424242',
  urlUser: 'urluser77',
  urlPassword: 'urlPass99',
  outgoingToken: 'outTok123abc',
  parameter: 'sqlParam4711',
  literal: 'sqlLiteral0815',
  statementMail: 'sql.ann@example.org',
  exceptionToken: 'excTok31415',
  exceptionMail: 'exc.ann@example.org',
  logPassword: 'logPwd2718',
  logMail: 'log.ann@example.org',
  argument: 'argPassw0rd',
  guardUser: 'guard.ann@example.org',
  baggage: 'bag.ann@example.org',
  requestId: 'rid.ann@example.org',
  attribute: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl',
  event: 'AKIAIOSFODNN7EXAMPLE',
  link: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
  name: 'name.ann@example.org',
  status: 'sk_live_0123456789abcdefghijkl',
  resource: 'resSecret1337',
  resourceUrl: 'resUrlPass42',
  iban: 'DE89370400440532013000',
} as const;

@Injectable()
class UserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ user?: unknown; headers: object }>();
    request.user = { email: SECRETS.guardUser, password: SECRETS.bodyPassword };
    trace.getActiveSpan()?.setAttribute('user.note', `is ${SECRETS.guardUser}`);
    return true;
  }
}

@Injectable()
class DenyingGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException(`no access for ${SECRETS.guardUser}`);
  }
}

@Injectable()
class Accounts {
  private readonly logger = new Logger('Shop');

  constructor(
    private readonly database: DataSource,
    private readonly tracing: TraceService,
  ) {}

  @Traced()
  signIn(@SpanAttribute('user.password') password: string): boolean {
    this.logger.log(`password is ${SECRETS.logPassword} of ${SECRETS.logMail}`);
    this.logger.warn({ user: SECRETS.logMail, password });
    this.logger.error(new Error(`token: ${SECRETS.exceptionToken}`));
    return password.length > 0;
  }

  async query(): Promise<void> {
    await this.database.query('SELECT ? AS found', [SECRETS.parameter]);
    await this.database.query(
      `SELECT '${SECRETS.literal}' AS password WHERE 'x' <> '${SECRETS.statementMail}'`,
    );
    await this.database
      .query(`INSERT INTO missing(password) VALUES ('${SECRETS.literal}')`)
      .catch(() => undefined);
  }

  async call(url: string): Promise<void> {
    const target = url.replace('http://', `http://${SECRETS.urlUser}:${SECRETS.urlPassword}@`);
    await fetch(`${url}/pay?access_token=${SECRETS.outgoingToken}`);
    await fetch(target).catch(() => undefined);
  }

  async spans(): Promise<void> {
    const bag = propagation.getActiveBaggage();
    await this.tracing.withSpan(`welcome ${SECRETS.name}`, {}, (span) => {
      span.setAttributes({
        note: `uses ${SECRETS.attribute}`,
        notes: ['fine', SECRETS.iban],
        card: Number(SECRETS.bodyCard),
        'app.user': bag?.getEntry('user')?.value ?? '',
      });
      span.addEvent(`for ${SECRETS.name}`, { key: SECRETS.event });
      span.addLink({ context: span.spanContext(), attributes: { why: SECRETS.link } });
      span.setStatus({ code: SpanStatusCode.ERROR, message: `refused ${SECRETS.status}` });
      return Promise.resolve();
    });
  }
}

@Controller('people')
class PeopleController {
  static outgoing = '';

  constructor(private readonly accounts: Accounts) {}

  @Post(':mail')
  @UseGuards(UserGuard)
  async signIn(
    @Param('mail') _mail: string,
    @Body() body: { password: string; card: string },
  ): Promise<string> {
    this.accounts.signIn(body.password);
    this.accounts.signIn(SECRETS.argument);
    await this.accounts.query();
    await this.accounts.call(PeopleController.outgoing);
    await this.accounts.spans();
    return 'welcome';
  }

  @Get(':mail/fail')
  fail(): never {
    throw new Error(
      `Bearer ${SECRETS.exceptionToken} of ${SECRETS.exceptionMail} was refused, card ${SECRETS.bodyCard}`,
    );
  }

  @Get(':mail/denied')
  @UseGuards(DenyingGuard)
  denied(): string {
    return 'never';
  }
}

/** An application that gives its spans everything it has. */
export function leakyShop(options: OtelModuleOptions, outgoing: string): DynamicModule {
  PeopleController.outgoing = outgoing;
  @Module({
    imports: [OtelModule.forRoot(options), TypeOrmModule.forRoot({ type: 'sqljs' })],
    controllers: [PeopleController],
    providers: [Accounts],
  })
  class LeakyShop {}
  return { module: LeakyShop };
}
