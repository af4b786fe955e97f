import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ContextIdFactory, type ModuleRef } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';

/** The class of a guard. */
export type GuardClass = abstract new (...args: never[]) => CanActivate;

/**
 * A guard some module of the application provides. It is used as it is there, with what that module
 * gives it; made anew in the module of the panel, its dependencies could not be found.
 */
export class FoundGuard implements CanActivate {
  constructor(
    private readonly guard: GuardClass,
    private readonly modules: ModuleRef,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const guard = await this.instanceFor(context);
    const verdict: unknown = guard.canActivate(context);
    return (isObservable(verdict) ? await lastValueFrom(verdict) : await verdict) === true;
  }

  private async instanceFor(context: ExecutionContext): Promise<CanActivate> {
    const token = this.guard as never;
    try {
      return this.modules.get<CanActivate>(token, { strict: false });
    } catch {
      // One of those that are made for each request.
      const request = context.switchToHttp().getRequest<Record<string, unknown>>();
      const contextId = ContextIdFactory.getByRequest(request);
      this.modules.registerRequestByContextId(request, contextId);
      return this.modules.resolve<CanActivate>(token, contextId, { strict: false });
    }
  }
}
