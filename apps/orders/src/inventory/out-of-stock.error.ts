/** What the customer asked for is not there. */
export class OutOfStockError extends Error {
  override readonly name = 'OutOfStockError';

  constructor(readonly sku: string) {
    super(`Not enough of ${sku} in stock`);
  }
}
