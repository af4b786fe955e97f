import type { IncomingMessage } from 'node:http';
import type { ResolvedPanelOptions } from '../../../config/panel.options.js';
import { authorized } from './authorize.js';
import { callerOf, type Caller } from './caller.js';
import { fromOwnScript, isReading, sameOrigin } from './same-origin.js';
import { tokenRule } from './token.js';
import type { Verdict } from './verdict.js';
import { whereFromRule } from './where-from.js';

/** Decides who sees what. Page and assets hold no data; the token and `authorize` guard the data. */
export class PanelAccess {
  private readonly whereFrom: (caller: Caller) => Verdict;
  private readonly hasToken: (caller: Caller) => Verdict;

  constructor(
    private readonly options: ResolvedPanelOptions,
    token: string | undefined,
  ) {
    this.whereFrom = whereFromRule(options);
    this.hasToken = tokenRule(token);
  }

  toPage(raw: IncomingMessage): Verdict {
    return this.whereFrom(callerOf(raw));
  }

  /** `request` is that of the platform, for `authorize`. */
  async toData(raw: IncomingMessage, request: unknown): Promise<Verdict> {
    const { allowedHosts, authorize } = this.options;
    const caller = callerOf(raw);
    return (
      this.whereFrom(caller) ??
      sameOrigin(caller, allowedHosts) ??
      (isReading(caller) ? undefined : fromOwnScript(caller)) ??
      this.hasToken(caller) ??
      (await authorized(authorize, request))
    );
  }
}
