/**
 * 14 to 19 digits in one piece, or in groups as they are printed on cards, and not a part of
 * something longer: an id, a hash, a fraction.
 */
const CANDIDATE =
  /(?<![\w.-])(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5})(?![\w-]|\.\d)/g;

/** First digits and lengths of the networks (ISO/IEC 7812): times and serial numbers begin otherwise. */
const NETWORKS =
  /^(?:4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11,13}|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12,15}|62\d{14,17}|(?:5018|5020|5038|6304|6759|676[1-3])\d{12,15})$/;

/** Replaces what is a card number by its first digits, its length and its check digit. */
export function replaceCardNumbers(text: string, replacement: string): string {
  return text.replace(CANDIDATE, (found) => (isCardNumber(found) ? replacement : found));
}

function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  return NETWORKS.test(digits) && hasCheckDigit(digits);
}

/** Whether a number, not a text, is one of a card. Most are told apart by their size. */
export function isCardNumberValue(value: number): boolean {
  return value >= 3e13 && value < 1e16 && Number.isInteger(value) && isCardNumber(String(value));
}

/** The formula of Luhn, ISO/IEC 7812-1. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  let isSecond = false;
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = digits.charCodeAt(index) - 48;
    const doubled = digit * 2;
    sum += isSecond ? (doubled > 9 ? doubled - 9 : doubled) : digit;
    isSecond = !isSecond;
  }
  return sum % 10 === 0;
}
