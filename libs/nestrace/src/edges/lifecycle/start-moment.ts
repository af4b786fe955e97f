import { Injectable } from '@nestjs/common';

/**
 * When Nest began to make the providers of this application. It needs nothing, so it is made at
 * once; the telemetry has to wait for exporters to be loaded, while databases are connected to.
 */
@Injectable()
export class StartMoment {
  /** On the monotonic clock. */
  readonly at = performance.now();
}
