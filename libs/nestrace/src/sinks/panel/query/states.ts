import type { Test } from './subject.js';
import { logCountOf } from '../errors/log-lines.js';

/** `has:…` */
export const HAS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['error', ({ summary }) => summary.errors > 0 || summary.status === 'error'],
  ['n+1', ({ summary }) => summary.nPlusOne > 0],
  ['fan-out', ({ summary }) => summary.fanOut > 0],
  ['slow', ({ isSlow }) => isSlow],
  ['sql', ({ summary }) => summary.queries > 0],
  ['logs', ({ trace }) => logCountOf(trace) > 0],
  ['link', ({ trace }) => trace.spans.some(({ links }) => links.length > 0)],
]);

/** `is:…` */
export const IS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['inflight', ({ summary }) => summary.inFlight],
  ['error', ({ summary }) => summary.errors > 0 || summary.status === 'error'],
  ['slow', ({ isSlow }) => isSlow],
  ['orphan', ({ summary }) => summary.orphan === true],
  ['notexported', ({ summary }) => summary.notExported === true],
]);
