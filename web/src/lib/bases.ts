/** Before any code of the app is there: where it may stand, by the address alone, the likeliest first. */

const SCREEN =
  /^(.*?\/)(?:(?:history(?:\/[^/]*(?:\/[a-z]+(?:\/[^/]*)?)?)?|bill(?:\/[^/]*)?|meters|settings(?:\/https)?|pair|setup)\/?)?$/;

/** "/wattledger/history/2026-03" -> "/wattledger/", and in case that is wrong whatever else it may be. */
export function basesOf(address: string): string[] {
  const likeliest = SCREEN.exec(address)?.[1];
  const parts = address.split('/').slice(1, -1);
  const above = parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}/`);
  // A prefix without its last slash, or one that is called as a screen is.
  const itself = address.endsWith('/') ? address : `${address}/`;
  return [...new Set([...(likeliest ? [likeliest] : []), ...above, '/', itself])];
}
