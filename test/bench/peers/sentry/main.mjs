import { SentryModule } from '@sentry/nestjs/setup';
import { start } from '../dist/start.js';

await start({ imports: [SentryModule.forRoot()] });
