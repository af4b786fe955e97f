/** Whose provider is used: decided once, before anything is made. */
export const PROVIDER_MODE = Symbol('nestrace:provider-mode');
export const ENDING = Symbol('nestrace:ending');
export const SPAN_PIPELINE = Symbol('nestrace:span-pipeline');
export const REDACTION = Symbol('nestrace:redaction');
