/** 13 to 19 digits, in groups perhaps. */
const DIGITS = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Replaces what is a card number by its check digit; order numbers of that length mostly are not. */
export function replaceCardNumbers(text: string, replacement: string): string {
  return text.replace(DIGITS, (found) => (isCardNumber(found) ? replacement : found));
}

/** The formula of Luhn, ISO/IEC 7812-1. The first digit of a card is 2 to 6 on all networks. */
function isCardNumber(text: string): boolean {
  let sum = 0;
  let isSecond = false;
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) continue;
    const doubled = digit * 2;
    sum += isSecond ? (doubled > 9 ? doubled - 9 : doubled) : digit;
    isSecond = !isSecond;
  }
  return sum % 10 === 0 && /^[2-6]/.test(text);
}
