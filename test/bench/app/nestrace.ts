import { OTEL_TRACER_PROVIDER, OtelModule } from 'nestrace';
import { plan } from './plan.js';
import { start } from './start.js';

await start({
  imports: [OtelModule.forRoot(plan.options)],
  flush: (app) => app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush(),
});
