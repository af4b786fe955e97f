const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, as short as can be: `now`, `5 s`, `12 min`, `3 h`, `2 d`. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const passed = nowMs - thenMs;
  if (passed < SECOND) return 'now';
  if (passed < MINUTE) return `${Math.floor(passed / SECOND)} s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  return `${Math.floor(passed / DAY)} d`;
}

/** `14:02:31.412`, in the time zone of the browser. */
export function formatClock(ms: number): string {
  const date = new Date(ms);
  return `${formatTimeOfDay(ms)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `14:02:31`. */
export function formatTimeOfDay(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** `2026-03-01 14:02:31.412`: for titles, where there is room. */
export function formatDateTime(ms: number): string {
  const date = new Date(ms);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  return `${day} ${formatClock(ms)}`;
}
