import type { ExporterInput, OtelModuleOptions } from 'nestrace';
import type { BadExporterName } from './bad-exporter.js';

/** An exporter as it can be named from another process. */
export type ExporterSetting =
  | Exclude<ExporterInput, string | { export: unknown }>
  | { readonly bad: BadExporterName; readonly lateMs: number };

export interface AppSettings {
  /** `false`: the same application without nestrace. */
  readonly traced: boolean;
  readonly options?: Omit<OtelModuleOptions, 'exporters' | 'processors'>;
  readonly exporters?: readonly ExporterSetting[];
  readonly throwingProcessor?: boolean;
}

export function appSettings(): AppSettings {
  return JSON.parse(process.env['CHAOS_APP'] ?? '{"traced":false}') as AppSettings;
}
