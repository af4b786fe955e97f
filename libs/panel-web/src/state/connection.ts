import { signal } from '@preact/signals';
import type { Failure } from '../api/failure.js';
import type { LiveState } from '../live/live-connection.js';

export const liveState = signal<LiveState>('connecting');
/** When it is tried again, milliseconds since 1970; only while disconnected. */
export const retryAt = signal<number | undefined>(undefined);
/** The panel does not let this browser in. */
export const refused = signal<Failure | undefined>(undefined);
