/**
 * Where the app stands on its host: at the top, or under the prefix that a proxy takes off ("/wattledger/").
 *
 * It is known by where its own code came from; nothing else of the app writes an address from the top.
 */

/** In a module of its own place: the built code lies in `assets/`, beside the page. */
const here = import.meta.url;
export const BASE: string = import.meta.env.DEV ? '/' : new URL('../', here).pathname;

/** The address of a path of the app or its API: "/meters" is "/wattledger/meters". */
export const addressOf = (path: string, base = BASE): string => base.slice(0, -1) + path;

/** The path in the app of an address: "/wattledger/meters" is "/meters". */
export function pathIn(address: string, base = BASE): string {
  if (address.startsWith(base)) return address.slice(base.length - 1);
  return `${address}/` === base ? '/' : address;
}

/** What is kept in a browser belongs to a host; two homes may stand there under two prefixes. */
export const keptName = (name: string, base = BASE): string =>
  base === '/' ? `wattledger.${name}` : `wattledger${base}${name}`;
