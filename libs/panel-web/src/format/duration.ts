const MICROS_PER_MS = 1000;

/** Three digits at most and a unit: `840 µs`, `4.2 ms`, `128 ms`, `4.21 s`, `2 m 05 s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 999.5) return `${digits(ms)} ms`;
  if (ms < 59_995) return `${digits(ms / 1000)} s`;
  return minutes(Math.round(ms / 1000));
}

/** The same of microseconds. */
export function formatMicros(micros: number): string {
  return formatDuration(micros / MICROS_PER_MS);
}

/** The same in words, for screen readers. */
export function spokenDuration(ms: number): string {
  const [value = '', unit = ''] = formatDuration(ms).split(' ');
  const words: Record<string, string> = { µs: 'microseconds', ms: 'milliseconds', s: 'seconds' };
  const word = words[unit];
  return word === undefined ? formatDuration(ms) : `${value} ${word}`;
}

/** Whole numbers from 100 on, one decimal from 10 on, two below; no zeros at the end. */
function digits(value: number): string {
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(decimals)));
}

function minutes(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const rest = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours} h ${String(rest).padStart(2, '0')} m`;
  return `${rest} m ${String(seconds % 60).padStart(2, '0')} s`;
}
