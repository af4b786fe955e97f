import { OTEL_TRACER_PROVIDER, OtelModule } from 'nestrace';
import { plan } from './plan.js';
import { start } from './start.js';

/** In production somebody has to say who may see the panel. */
const panel = plan.panel !== undefined && {
  enabled: true,
  authorize: () => true,
  limits: plan.panel,
};

await start({
  imports: [OtelModule.forRoot({ ...plan.options, panel })],
  flush: (app) => app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush(),
});
