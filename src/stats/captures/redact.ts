/** Where a word begins: also behind an escape of JSON, such as the newline in `\nsk-…`. */
const START = String.raw`(?<![A-Za-z0-9])|(?<=\\[nrtbf])`;

const SECRETS = new RegExp(
  [
    String.raw`(?:${START})(?:sk|pk|rk)-[\w-]{8,}`,
    String.raw`(?:${START})(?:ghp|gho|ghs|github_pat|glpat|xox[abprs])[_-][\w-]{8,}`,
    String.raw`(?:${START})AKIA[A-Z0-9]{12,}`,
    String.raw`(?:${START})AIza[\w-]{30,}`,
    String.raw`(?:${START})bce-v3\/[\w/-]+`,
    String.raw`(?:${START})eyJ[\w-]+\.[\w-]+\.[\w-]*`,
    String.raw`(?:${START})Bearer\s+[\w.~+/=-]{8,}`,
    String.raw`(?<=[a-z]+:\/\/[^\s:/@"]*:)[^\s/@"]+(?=@)`,
    String.raw`-----BEGIN [\s\S]*?(?:-----END [A-Z ]+-----|$)`,
    String.raw`(?<=(?:password|passwd|secret|api_?key|token)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[^\s"',;\\]{6,}`,
  ].join('|'),
  'gi',
);
/** Bounded everywhere: without, a long word would take the square of its length. */
const EMAIL = /(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}/g;
const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** Takes out what must not lie about in a copy: keys and passwords, e-mail addresses, numbers of cards. */
export function redact(text: string): string {
  return text
    .replace(SECRETS, '[secret]')
    .replace(EMAIL, '[email]')
    .replace(CARD, (digits) => (passesLuhn(digits) ? '[card]' : digits));
}

/** The check digit that every card number has, and one in ten of other numbers. */
function passesLuhn(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]) * (index % 2 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
