/** The trace of an order in the demo, as {@link Demo.trace} tells it. */
export const ORDER_TREE = `
[orders] POST /orders SERVER
  ApiKeyGuard.canActivate internal
  LocationInterceptor.intercept internal
  ValidationPipe.transform internal
  OrdersController.create internal
    OrdersService.place internal
      UsersService.find internal
        SELECT users CLIENT
      ProductsService.findBySku internal
        SELECT products CLIENT
      InventoryClient.reserve internal
        InventoryClient.post internal
          POST CLIENT
            [inventory] POST /stock/reserve SERVER
              ValidationPipe.transform internal
              StockController.reserve internal
                StockService.reserve internal
                  transaction internal
                    BEGIN CLIENT
                    UPDATE stock_levels CLIENT
                    COMMIT CLIENT
      transaction internal
        BEGIN CLIENT
        UPDATE users CLIENT
        INSERT orders CLIENT
        SELECT orders CLIENT
        INSERT order_lines CLIENT
        COMMIT CLIENT
      OrdersFeed.publish internal
  LocationInterceptor.intercept (after) internal`.trimStart();
