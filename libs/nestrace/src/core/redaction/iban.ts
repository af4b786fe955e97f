/** Country, check digits, and 11 to 30 characters in groups of four perhaps. */
const CANDIDATE =
  /(?<![\w-])[A-Z]{2}\d{2}(?:[A-Z\d]{11,30}|(?: [A-Z\d]{4}){2,7}(?: [A-Z\d]{1,3})?)(?![\w-])/g;

/** Lengths by country (ISO 13616): few other texts have both the length and the check digits. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 DK18 FI18 NL18 FO18 GL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 ' +
    'CH21 HR21 LI21 LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 ' +
    'AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 ' +
    'FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HU28 LB28 PL28 SV28 ' +
    'BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31 LC32'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Replaces international bank account numbers. */
export function replaceIbans(text: string, replacement: string): string {
  return text.replace(CANDIDATE, (found) => (isIban(found) ? replacement : found));
}

function isIban(text: string): boolean {
  const iban = text.replaceAll(' ', '');
  if (LENGTHS[iban.slice(0, 2)] !== iban.length) return false;
  // ISO/IEC 7064: letters count as 10 to 35, and the whole leaves 1 when divided by 97.
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}
