import { signal } from '@preact/signals';

/** The trace the keys are at; it stays when another screen comes and goes. */
export const selectedId = signal<string | undefined>(undefined);
