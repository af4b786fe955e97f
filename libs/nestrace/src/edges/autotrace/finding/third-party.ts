/**
 * Classes of well-known packages. They look like those of the application: nothing on a class tells
 * which package it is from, so they are known by name. Their methods are many, small and not the
 * user's; what matters of them (queries, outgoing calls) has spans of its own.
 */

/**
 * Modules whose providers belong to a package, named as in their packages. Not those an application
 * may well have itself (`MailerModule`, `RedisModule`): what is its own must not vanish.
 */
const MODULES: ReadonlySet<string> = new Set([
  // Nest's own
  'BullModule',
  'BullRegistrar',
  'CacheModule',
  'ClientsModule',
  'ConfigHostModule',
  'ConfigModule',
  'CqrsModule',
  'DevtoolsModule',
  'DiscoveryModule',
  'EventEmitterModule',
  'GraphQLModule',
  'GraphQLFederationModule',
  'GraphQLSchemaBuilderModule',
  'HttpModule',
  'JwtModule',
  'LazyModuleLoader',
  'MongooseCoreModule',
  'MongooseModule',
  'MulterModule',
  'PassportModule',
  'ScheduleModule',
  'SequelizeCoreModule',
  'SequelizeModule',
  'ServeStaticModule',
  'SwaggerModule',
  'TerminusModule',
  'ThrottlerModule',
  'TypeOrmCoreModule',
  'TypeOrmModule',
  // Others that most applications meet
  'AutomapperModule',
  'BullBoardModule',
  'BullBoardRootModule',
  'ClsCommonModule',
  'ClsModule',
  'ClsPluginModule',
  'ClsRootModule',
  'CommandRunnerModule',
  'I18nModule',
  'MikroOrmCoreModule',
  'MikroOrmMiddlewareModule',
  'MikroOrmModule',
  'RabbitMQModule',
  'SentryModule',
  'TypedConfigModule',
  'WinstonModule',
]);

/** Classes applications list among their own providers, or extend. */
const CLASSES: ReadonlySet<string> = new Set([
  // Nest's own
  'CacheInterceptor',
  'ClassSerializerInterceptor',
  'CommandBus',
  'ConfigService',
  'ConsoleLogger',
  'DiscoveryService',
  'EventBus',
  'EventEmitter2',
  'ExternalContextCreator',
  'HealthCheckService',
  'HttpAdapterHost',
  'HttpService',
  'JwtService',
  'LazyModuleLoader',
  'Logger',
  'MetadataScanner',
  'ModuleRef',
  'ModulesContainer',
  'PassportStrategy',
  'QueryBus',
  'Reflector',
  'SchedulerRegistry',
  'ThrottlerGuard',
  'UnhandledExceptionBus',
  'WorkerHost',
  // Of data access
  'DataSource',
  'EntityManager',
  'EntityRepository',
  'Model',
  'MongoRepository',
  'PrismaClient',
  'Repository',
  'Sequelize',
  'TreeRepository',
  // Of logging and context
  'ClsService',
  'PinoLogger',
  'I18nService',
]);

export function isThirdPartyModule(name: string): boolean {
  return MODULES.has(name);
}

export function isThirdPartyClass(name: string): boolean {
  return CLASSES.has(name) || BUILT_IN_PIPE.test(name);
}

/** `ParseIntPipe`, `ValidationPipe`, …: of a pipe of Nest only `transform` is of interest. */
const BUILT_IN_PIPE =
  /^(Parse(Int|Bool|Float|UUID|Enum|Array|Date|File)|(StandardSchema)?Validation|DefaultValue|FileType|MaxFileSize)(Pipe|Validator)?$/;
