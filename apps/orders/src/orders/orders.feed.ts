import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Subject, type Observable } from 'rxjs';

export interface PlacedOrder {
  readonly id: number;
  readonly user: string;
  readonly totalCents: number;
}

/** Tells whoever listens about new orders. */
@Injectable()
export class OrdersFeed implements OnModuleDestroy {
  private readonly placed = new Subject<PlacedOrder>();
  readonly orders: Observable<PlacedOrder> = this.placed.asObservable();

  publish(order: PlacedOrder): void {
    this.placed.next(order);
  }

  /** Ends the open streams, which the server would wait for. */
  onModuleDestroy(): void {
    this.placed.complete();
  }
}
