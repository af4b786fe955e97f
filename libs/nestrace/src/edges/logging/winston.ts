import { noteFailure } from '../../core/failures.js';
import { jsonFields } from './line-ids.js';

type Write = (this: unknown, ...args: unknown[]) => unknown;

interface WinstonLogger {
  write: Write;
}

/** Every line of a logger of winston, and of its children, goes through `write`. */
export function addIdsToWinston(logger: object, undo: Map<object, () => void>): boolean {
  if (!isWinston(logger)) return false;
  if (undo.has(logger)) return true;
  const own = Object.getOwnPropertyDescriptor(logger, 'write');
  const { write } = logger;
  const withIds: Write = function (this: unknown, ...[line, ...rest]) {
    return Reflect.apply(write, this, [addIds(line), ...rest]);
  };
  logger.write = withIds;
  undo.set(logger, () => {
    if (logger.write !== withIds) return;
    if (own === undefined) delete (logger as Partial<WinstonLogger>).write;
    else Object.defineProperty(logger, 'write', own);
  });
  return true;
}

function isWinston(logger: object): logger is WinstonLogger {
  const shape = logger as Record<string, unknown>;
  return (
    typeof shape['write'] === 'function' &&
    typeof shape['log'] === 'function' &&
    typeof shape['configure'] === 'function' &&
    'transports' in logger &&
    'exceptions' in logger
  );
}

/** In a copy: the application may use the object for another line. An error cannot be copied. */
function addIds(line: unknown): unknown {
  try {
    if (typeof line !== 'object' || line === null) return line;
    const ids = jsonFields();
    if (ids === undefined) return line;
    const isPlain = Object.getPrototypeOf(line) === Object.prototype;
    return isPlain ? { ...ids, ...line } : Object.assign(line, ids);
  } catch (error) {
    noteFailure('logging', error);
    return line;
  }
}
