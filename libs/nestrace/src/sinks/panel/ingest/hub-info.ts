/** Where a process says that it takes spans of others. */
export const HUB_PATH = '/.nestrace/hub';

/** What it says. */
export interface HubInfo {
  /** Version of nestrace. */
  readonly nestrace: string;
  readonly service: string;
  readonly pid: number;
  readonly panelUrl?: string;
}

/** On every answer, refusals as well: a hub that wants a token is still a hub. */
export const HUB_HEADER = 'x-nestrace-hub';
