import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { TypeormInstrumentation } from '@opentelemetry/instrumentation-typeorm';
import { NodeSDK } from '@opentelemetry/sdk-node';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
// The one for TypeORM is not among them.
new NodeSDK({
  instrumentations: [getNodeAutoInstrumentations(), new TypeormInstrumentation()],
}).start();
