import type { Fault } from '../exchange.js';

/** A web page says that all is well, as a login page in between does. */
export const html: Fault = {
  request: (exchange) => {
    exchange.answer('text/html', Buffer.from('<!doctype html><title>Welcome</title>'));
  },
};
