import type { PanelBackend } from '../panel-backend.js';

/** The value to answer with, or a refusal with its status. */
export type Outcome =
  { readonly value: unknown } | { readonly status: 400 | 404; readonly reason: string };

/** What changes something. */
export interface Action {
  /** Below `api/`. */
  readonly path: string;
  /** More than that is not read. */
  readonly maxBytes: number;
  run(backend: PanelBackend, body: string): Outcome | Promise<Outcome>;
}

const SHORT = 16 * 1024;
const DOCUMENT = 4 * 1024 * 1024;

export const ACTIONS: readonly Action[] = [
  {
    path: 'clear',
    maxBytes: SHORT,
    run: (backend) => {
      backend.clear();
      return { value: {} };
    },
  },
  {
    path: 'pause',
    maxBytes: SHORT,
    run: (backend, body) => {
      const paused = field(body, 'paused');
      if (typeof paused !== 'boolean')
        return { status: 400, reason: 'paused has to be true or false' };
      backend.pause(paused);
      return { value: backend.meta().capture };
    },
  },
  {
    path: 'test-export',
    maxBytes: SHORT,
    run: async (backend, body) => {
      const index = field(body, 'index');
      if (!Number.isSafeInteger(index) || Number(index) < 0) {
        return { status: 400, reason: 'index has to be the place of an exporter in the list' };
      }
      const value = await backend.testExport(Number(index));
      return value === undefined ? { status: 404, reason: 'there is no such exporter' } : { value };
    },
  },
  {
    path: 'import',
    maxBytes: DOCUMENT,
    run: (backend, body) => ({ value: backend.import(body) }),
  },
];

function field(body: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}
