import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Lets a request pass that has the key of this demo, `x-api-key: demo`. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['x-api-key'] === 'demo';
  }
}
