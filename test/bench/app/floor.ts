import { FloorTracing } from './floor-tracing.js';
import { start } from './start.js';

const tracing = new FloorTracing();
tracing.wrapMethods();

await start({
  prepare: (app) => tracing.traceRequests(app),
  flush: () => tracing.flush(),
});
