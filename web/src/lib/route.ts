/** The address is the question: which screen, and on History which period. */

import { addressOf } from './base';
import { FLOWS, type Flow } from './kinds';

export type Route =
  | { screen: 'now' }
  | { screen: 'history'; period: string; of?: Flow }
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
    const of = FLOWS.find((flow) => flow === rest[1]);
    if (period === null || (rest[1] !== undefined && !of)) return { screen: 'nowhere', path };
    return { screen, period, ...(of ? { of } : {}) };
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
  if (route.screen === 'history' && route.of) {
    return `/history/${encodeURIComponent(route.period)}/${route.of}`;
  }
  if (route.screen === 'history' && route.period !== 'today') {
    return `/history/${encodeURIComponent(route.period)}`;
  }
  if (route.screen === 'settings' && route.part) return `/settings/${route.part}`;
  return `/${route.screen}`;
}

/** The same as a link has it. */
export const hrefOf = (route: Route): string => addressOf(pathOf(route));
