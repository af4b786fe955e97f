/**
 * Where nestrace says what an operator has to know. It is a port: in an application it is Nest's
 * Logger, in a test it is a list.
 */
export interface OperationsLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, detail?: unknown): void;
  debug(message: string): void;
}

/** The name nestrace writes under in the log of an application. */
export const OWN_LOG_CONTEXT = 'OtelModule';
