import { OpenTelemetryModule, Traceable } from 'nestjs-otel';
import { ChainService, ServiceA, ServiceB, ServiceC } from '../dist/chain.js';
import { HelloService } from '../dist/hello.js';
import { start } from '../dist/start.js';
import { UsersService } from '../dist/users.js';
import { WorkService, WorkSteps } from '../dist/work.js';

const services = [
  HelloService,
  ChainService,
  ServiceA,
  ServiceB,
  ServiceC,
  UsersService,
  WorkService,
  WorkSteps,
];
for (const service of services) Traceable()(service);

await start({ imports: [OpenTelemetryModule.forRoot()] });
