import type { OutgoingRequest, ResolvedOutgoingOptions } from '../../config/outgoing.options.js';
import { noteFailure } from '../../core/failures.js';
import { compilePatterns } from '../../core/matcher.js';
import { TelemetrySettings } from '../../pipeline/telemetry-settings.js';

export interface OutgoingSettings {
  /** Neither span nor headers for this call. */
  readonly ignores: (request: OutgoingRequest) => boolean;
  /** Trace context and baggage may go along. */
  readonly propagatesTo: (request: OutgoingRequest) => boolean;
  readonly legacyNames: boolean;
}

export const outgoingSettings = new TelemetrySettings<OutgoingSettings>();

export function compileSettings(
  options: ResolvedOutgoingOptions,
  legacyNames: boolean,
): OutgoingSettings {
  return {
    ignores: compile(options.ignore),
    propagatesTo: compile(options.propagateTo),
    legacyNames,
  };
}

/** A rule that throws says no: nothing is ignored for it, and nothing is sent along. */
function compile(rule: ResolvedOutgoingOptions['ignore']): (request: OutgoingRequest) => boolean {
  if (typeof rule !== 'function') {
    const matches = compilePatterns(rule);
    return ({ host }) => matches(host);
  }
  return ({ method, host, port, path }) => {
    try {
      return rule({ method, host, port, path });
    } catch (error) {
      noteFailure('outgoing.propagate', error);
      return false;
    }
  };
}
