import type { Exchange, Fault } from '../exchange.js';

const after = (milliseconds: number): Fault => ({
  request: (exchange: Exchange) => {
    setTimeout(() => {
      exchange.acknowledge();
    }, milliseconds);
  },
});

/** Takes everything, after a while. */
export const slow = after(3000);

/** Soon enough that several batches are taken before an application has closed. */
export const tardy = after(250);

/** As `slow`, for a run that has no time. */
export const sluggish = after(800);
