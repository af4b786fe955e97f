import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import type { Order } from './order.entity.js';

/** Tells where a new order is to be found. */
@Injectable()
export class LocationInterceptor implements NestInterceptor<Order, Order> {
  intercept(context: ExecutionContext, next: CallHandler<Order>): Observable<Order> {
    const response = context
      .switchToHttp()
      .getResponse<{ header(name: string, value: string): unknown }>();
    return next.handle().pipe(
      tap(({ id }) => {
        response.header('location', `/orders/${id}`);
      }),
    );
  }
}
