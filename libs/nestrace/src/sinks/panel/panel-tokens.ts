/** What the panel knows and does ({@link PanelBackend}). @internal */
export const PANEL_BACKEND = Symbol('nestrace:panel-backend');
/** Where the panel says what an operator has to know ({@link OperationsLog}). @internal */
export const PANEL_LOG = Symbol('nestrace:panel-log');
/** Where spans of other services come in, or where ours go to; undefined where neither is asked for. @internal */
export const PANEL_INGEST_HUB = Symbol('nestrace:panel-ingest-hub');
/** What serves the panel; undefined where it is off. @internal */
export const PANEL_MOUNT = Symbol('nestrace:panel-mount');
