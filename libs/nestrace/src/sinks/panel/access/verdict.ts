import type { Refusal } from '../contract/index.js';

/** A no. */
export interface Denial extends Refusal {
  readonly status: 401 | 403 | 415;
  /**
   * Strangers hear nothing: to them the panel looks like a page that does not exist. What is said
   * here goes to the log.
   */
  readonly isSilent: boolean;
}

/** Undefined is a yes. */
export type Verdict = Denial | undefined;

export function deny(reason: string, option?: string, status: Denial['status'] = 403): Denial {
  return { status, reason, isSilent: false, ...(option !== undefined && { option }) };
}
