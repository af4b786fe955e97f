import { noteFailure } from '../../core/failures.js';
import { jsonFields } from './line-ids.js';

type Mixin = (merged: unknown, level: unknown, logger: unknown) => unknown;
type Slots = Record<symbol, unknown>;

/**
 * pino keeps the function that adds fields to every line under a symbol of its own, on the logger
 * that was made first; children find it there. Tells whether this is a logger of pino.
 */
export function addIdsToPino(logger: object, undo: Map<object, () => void>): boolean {
  const found = slotOf(logger, 'pino.mixin');
  if (found === undefined) return false;
  const { holder, slot } = found;
  if (undo.has(holder)) return true;
  const slots = holder as Slots;
  const before = slots[slot] as Mixin | undefined;
  const mixin: Mixin = (merged, level, child) => {
    const given = before?.(merged, level, child);
    const ids = idsFor(child);
    // pino writes into the object it gets, so each line needs its own.
    return ids === undefined ? (given ?? {}) : Object.assign(ids, given);
  };
  slots[slot] = mixin;
  undo.set(holder, () => {
    if (slots[slot] === mixin) slots[slot] = before;
  });
  return true;
}

/** None where the logger was made with them: two fields of one name are no JSON anybody can read. */
function idsFor(logger: unknown): ReturnType<typeof jsonFields> {
  try {
    const ids = jsonFields();
    return ids === undefined || isBound(logger) ? undefined : ids;
  } catch (error) {
    noteFailure('logging', error);
    return undefined;
  }
}

function isBound(logger: unknown): boolean {
  if (typeof logger !== 'object' || logger === null) return false;
  const found = slotOf(logger, 'pino.chindings');
  const bound = found && (found.holder as Slots)[found.slot];
  return typeof bound === 'string' && bound.includes('"trace_id":');
}

/** The symbols are not registered, so each copy of pino has its own; their names are the same. */
function slotOf(logger: object, name: string): { holder: object; slot: symbol } | undefined {
  let holder: object | null = logger;
  while (holder !== null && holder !== Object.prototype) {
    const slot = Object.getOwnPropertySymbols(holder).find(
      ({ description }) => description === name,
    );
    if (slot !== undefined) return { holder, slot };
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}
