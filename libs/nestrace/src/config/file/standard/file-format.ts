import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';

const MAJOR = 1;
const NEWEST_MINOR = 1;
const ACCEPTED = '"1.0" or "1.1", in quotes';

/**
 * Of a newer minor version, and of one before the first, what is known is used. Another major
 * version may mean something else by the same words.
 *
 * @see https://github.com/open-telemetry/opentelemetry-configuration/blob/main/VERSIONING.md
 */
export function checkFormat(format: FileValue | undefined, report: Report): void {
  if (format === undefined) return;
  const [, major, minor, tag] = /^(\d+)\.(\d+)(-.+)?$/.exec(textOf(format.value)) ?? [];
  if (Number(major) !== MAJOR) {
    report.problemIn(format, ACCEPTED);
  } else if (tag !== undefined) {
    report.unused(
      format,
      `is ${MAJOR}.${minor} before it was finished: it is read as the finished one`,
    );
  } else if (Number(minor) > NEWEST_MINOR) {
    report.unused(format, `is newer than ${MAJOR}.${NEWEST_MINOR}: what is new in it is ignored`);
  }
}

/** Without quotes it is a number, and `1.10` would be `1.1`. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
