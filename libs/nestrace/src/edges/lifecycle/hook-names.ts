/** Hooks of an application that starts, in the order Nest calls them. */
const STARTING = ['onModuleInit', 'onApplicationBootstrap'] as const;
/** Hooks of an application that closes. */
const CLOSING = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

export type HookName = (typeof STARTING)[number] | (typeof CLOSING)[number];

export function isOfStart(hook: HookName): boolean {
  return STARTING.some((name) => name === hook);
}

/** The protected methods in which Nest calls one hook of all classes. */
export const CALLERS: Readonly<Record<HookName, string>> = {
  onModuleInit: 'callInitHook',
  onApplicationBootstrap: 'callBootstrapHook',
  onModuleDestroy: 'callDestroyHook',
  beforeApplicationShutdown: 'callBeforeShutdownHook',
  onApplicationShutdown: 'callShutdownHook',
};

export const HOOKS: readonly HookName[] = [...STARTING, ...CLOSING];
