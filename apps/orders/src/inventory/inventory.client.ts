import { BadGatewayException, Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutOfStockError } from './out-of-stock.error.js';

export interface Reservation {
  readonly sku: string;
  readonly quantity: number;
}

const TIMEOUT_MS = 5000;

/** Talks to the inventory service. Its calls carry the trace along without any code here. */
@Injectable()
export class InventoryClient {
  private readonly logger = new Logger(InventoryClient.name);
  private readonly url: string;

  constructor(config: ConfigService) {
    const port = config.get<string>('INVENTORY_PORT') ?? '3001';
    this.url = config.get<string>('INVENTORY_URL') ?? `http://localhost:${port}`;
  }

  async reserve(lines: readonly Reservation[]): Promise<void> {
    const response = await this.post('/stock/reserve', { lines });
    if (response.ok) return;
    // Whatever stands in between may answer with something else than JSON.
    const body = (await response.json().catch(() => null)) as { sku?: string } | null;
    if (response.status === 409 && body?.sku !== undefined) throw new OutOfStockError(body.sku);
    throw new BadGatewayException(`The inventory service answered ${response.status}`);
  }

  private async post(path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      this.logger.error('The inventory service cannot be reached', error);
      throw new BadGatewayException('The inventory service cannot be reached', { cause: error });
    }
  }
}
