/** The address is the question: which screen, and on History which period. */

import { addressOf } from './base';

export type Route =
  | { screen: 'now' }
  | { screen: 'history'; period: string }
  | { screen: 'meters' }
  | { screen: 'settings'; part?: 'https' }
  | { screen: 'pair' }
  | { screen: 'nowhere'; path: string };

export type Screen = Exclude<Route['screen'], 'pair' | 'nowhere'>;

const SCREENS: readonly Screen[] = ['now', 'history', 'meters', 'settings'];

export function routeOf(path: string): Route {
  const [screen = '', ...rest] = path.split('/').filter(Boolean);
  if (screen === 'history') {
    const period = rest[0] === undefined ? 'today' : decoded(rest[0]);
    return period === null ? { screen: 'nowhere', path } : { screen, period };
  }
  if (screen === 'pair') return { screen };
  if (screen === 'settings' && rest[0] === 'https') return { screen, part: 'https' };
  if (screen === '') return { screen: 'now' };
  const known = SCREENS.find((name) => name === screen);
  return known && known !== 'history' && !rest.length
    ? { screen: known }
    : { screen: 'nowhere', path };
}

/** Null for bytes that are no text. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function pathOf(route: Route): string {
  if (route.screen === 'now') return '/';
  if (route.screen === 'nowhere') return route.path;
  if (route.screen === 'history' && route.period !== 'today') {
    return `/history/${encodeURIComponent(route.period)}`;
  }
  if (route.screen === 'settings' && route.part) return `/settings/${route.part}`;
  return `/${route.screen}`;
}

/** The same as a link has it. */
export const hrefOf = (route: Route): string => addressOf(pathOf(route));
