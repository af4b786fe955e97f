/**
 * What panel and browser say to each other, as JSON. The browser code may import nothing else of
 * this package.
 */
export type * from './errors.js';
export type * from './export.js';
export type * from './meta.js';
export type * from './propagation.js';
export type * from './span-detail.js';
export type * from './sql.js';
export { SPAN_FLAG } from './trace-detail.js';
export type * from './trace-detail.js';
export type * from './traces.js';
