import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OutOfStockError } from '../inventory/out-of-stock.error.js';

/** A domain error becomes an answer: 409. */
@Catch(OutOfStockError)
export class OutOfStockFilter implements ExceptionFilter<OutOfStockError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch({ message, sku }: OutOfStockError, host: ArgumentsHost): void {
    const response: unknown = host.switchToHttp().getResponse();
    const statusCode = HttpStatus.CONFLICT;
    this.adapterHost.httpAdapter.reply(response, { statusCode, message, sku }, statusCode);
  }
}
