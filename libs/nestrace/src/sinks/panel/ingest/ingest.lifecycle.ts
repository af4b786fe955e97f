import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PANEL_INGEST_HUB } from '../panel-tokens.js';
import type { IngestHub } from './ingest-hub.js';

/** Opens the port for spans of other services with the application, and closes it with it. */
@Injectable()
export class IngestLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(PANEL_INGEST_HUB) private readonly hub: IngestHub | undefined) {}

  onApplicationBootstrap(): void {
    void this.hub?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.hub?.stop();
  }
}
