/** One-time codes as people type and scan them, and what a phone calls itself. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** "abcd-efgh", "ABCD EFGH", "#ABCD-EFGH" -> "ABCD-EFGH"; what is no code: null. O is 0, I and L are 1. */
export function codeOf(text: string): string | null {
  const plain = text
    .toUpperCase()
    .replaceAll(/[-#\s]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (plain.length !== LENGTH || [...plain].some((sign) => !ALPHABET.includes(sign))) return null;
  return `${plain.slice(0, LENGTH / 2)}-${plain.slice(LENGTH / 2)}`;
}

/** What stands before the hash of an address is the code of `/pair#CODE`; a hash of another kind is none. */
export const codeOfHash = (hash: string): string => codeOf(hash) ?? '';

/** The code of the address, which leaves it at once: it is nobody's to share, nor to find in the history. */
export function takeCode(): string {
  const code = codeOfHash(location.hash);
  if (location.hash) history.replaceState(null, '', location.pathname);
  return code;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Macintosh/, 'Mac'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'Chromebook'],
  [/Linux/, 'Linux'],
];

/** "iPhone", "Pixel 8": the model where the browser tells it; "" where it tells nothing. */
export function deviceName(userAgent: string): string {
  const model = /Android [\d.]+; (?:[a-z]{2}-[a-z]{2}; )?([^;)]+?)(?: Build\/[^;)]*)?[;)]/i.exec(
    userAgent,
  )?.[1];
  // Chromium says K for every model; Firefox says Mobile or Tablet.
  if (model && !/^(K|Mobile|Tablet|rv:.*)$/.test(model)) return model.slice(0, 40);
  return KINDS.find(([sign]) => sign.test(userAgent))?.[1] ?? '';
}
