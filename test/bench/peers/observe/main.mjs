import { createObserveModule } from '@nestjs/observe';
import { start } from '../dist/start.js';

const { ObserveModule, ObserveInstrument } = createObserveModule();

await start({
  instrument: ObserveInstrument,
  imports: [
    ObserveModule.forRoot({
      appKey: 'key',
      appSecret: 'secret',
      serviceId: 'bench',
      endpoint: process.env.BENCH_ENDPOINT,
      // As many as there are: by default all but 200 requests a second are dropped without a word.
      flushInterval: 1000,
      maxTracesPerBatch: 1_000_000,
    }),
  ],
});
