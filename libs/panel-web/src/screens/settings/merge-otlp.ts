interface OtlpTraces {
  readonly resourceSpans: readonly unknown[];
}

/** Traces one by one, as one document that every tool of OpenTelemetry reads. */
export function mergeOtlp(parts: readonly unknown[]): OtlpTraces {
  return { resourceSpans: parts.flatMap((part) => (isOtlp(part) ? part.resourceSpans : [])) };
}

function isOtlp(value: unknown): value is OtlpTraces {
  return (
    typeof value === 'object' &&
    value !== null &&
    'resourceSpans' in value &&
    Array.isArray(value.resourceSpans)
  );
}

/** Why a file cannot be OTLP/JSON; undefined when it can. The server looks closer. */
export function otlpProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'It is not JSON.';
  }
  return isOtlp(value) ? undefined : 'It holds no OTLP/JSON traces: "resourceSpans" is missing.';
}
