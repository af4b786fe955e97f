import { optionValueOf, withTexts, type FileValue } from './file-value.js';
import { REFUSED, type Kind } from './kind.js';
import type { Report } from './report.js';

/** The value an option has in the file; what it does not take is a problem. */
export function valueInFile<T>(
  kind: Kind<T>,
  file: FileValue | undefined,
  path: string,
  report: Report,
): { readonly value: T } | undefined {
  if (file === undefined) return undefined;
  report.from(path, { source: 'file', ...file.place });
  try {
    for (const given of [file.value, withTexts(file)]) {
      const value = kind.check(optionValueOf(given));
      if (value !== REFUSED) return { value };
    }
    report.problemIn(file, acceptedInFile(kind, file.value), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report.problemIn(file, `expressions as JavaScript has them. ${error.message}`, path);
  }
  return undefined;
}

/** In a file there are neither functions nor literals of expressions, and `1.10` is a number. */
function acceptedInFile({ accepted, onlyInCode }: Kind<unknown>, value: unknown): string {
  if (onlyInCode === true) {
    return `nothing in a file; it takes ${accepted}, given in OtelModule.forRoot()`;
  }
  if (accepted.includes('expression')) return `${accepted}; an expression is written { regex: … }`;
  const lacksQuotes = accepted.includes('text') && ['number', 'boolean'].includes(typeof value);
  return lacksQuotes ? `${accepted}; it has to stand in quotes` : accepted;
}
