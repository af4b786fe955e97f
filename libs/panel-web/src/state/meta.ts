import { signal } from '@preact/signals';
import type { PanelMeta } from '../../../nestrace/src/sinks/panel/contract/index.js';
import type { Failure } from '../api/failure.js';
import { api } from '../api/endpoints.js';

/** Undefined until the server has answered once. */
export const meta = signal<PanelMeta | undefined>(undefined);

/** Why it could not be read the last time. */
export const metaFailure = signal<Failure | undefined>(undefined);

export async function loadMeta(): Promise<void> {
  const result = await api.meta();
  if (result.ok) meta.value = result.value;
  metaFailure.value = result.ok ? undefined : result.failure;
}
