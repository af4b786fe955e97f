import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChainController, ChainService, ServiceA, ServiceB, ServiceC } from './chain.js';
import { crowd } from './crowd.js';
import { HelloController, HelloService } from './hello.js';
import { plan } from './plan.js';
import { User, UsersController, UsersGuard, UsersSeed, UsersService } from './users.js';
import { WorkController, WorkService, WorkSteps } from './work.js';

/**
 * The application that is measured. Its database is sql.js: in memory, in the process and without a
 * compiler, so that it is the same one on every Node and beside every tracer.
 */
@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'sqljs', entities: [User], synchronize: true }),
    TypeOrmModule.forFeature([User]),
  ],
  controllers: [HelloController, ChainController, UsersController, WorkController],
  providers: [
    HelloService,
    ChainService,
    ServiceA,
    ServiceB,
    ServiceC,
    UsersGuard,
    UsersSeed,
    UsersService,
    WorkService,
    WorkSteps,
    ...crowd(plan.crowd),
  ],
})
export class BenchModule {
  /** With the modules of whoever traces it. */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: BenchModule, imports };
  }
}
