import type { OtelModuleOptions, PanelLimitsOptions } from 'nestrace';

/** What this process has to be. */
export interface Plan {
  readonly adapter: 'express' | 'fastify';
  /** Base URL of the receiver. */
  readonly endpoint: string;
  /** Options of `OtelModule.forRoot()`. */
  readonly options: OtelModuleOptions;
  /** Keeps the traces for the panel as well, with these bounds. */
  readonly panel?: PanelLimitsOptions;
  /** How the hand-written tracing sends its spans; without it, it does not. */
  readonly batch?: { readonly maxQueueSize: number; readonly scheduledDelayMs: number };
  /** How long `/work` computes, in blocks that are hashed. */
  readonly workUnits: number;
  /** Providers that are there and do nothing. */
  readonly crowd: number;
}

export const plan = JSON.parse(process.env['BENCH_PLAN'] ?? '{}') as Plan;
