/** What is asked of the application, and under which name it is reported. */
export const ROUTES = {
  '/hello': '/hello',
  '/chain': '/chain',
  '/users/:id': '/users/7',
};

/** Computes for some milliseconds; only where latency is measured. */
export const WORK_ROUTE = '/work';
