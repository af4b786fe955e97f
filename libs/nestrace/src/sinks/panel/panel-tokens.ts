/** What the panel knows and does ({@link PanelBackend}). @internal */
export const PANEL_BACKEND = Symbol('nestrace:panel-backend');
/** Where the panel says what an operator has to know ({@link OperationsLog}). @internal */
export const PANEL_LOG = Symbol('nestrace:panel-log');
