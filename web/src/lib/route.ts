/** The address is the question: which screen, and on History which period. */

import { addressOf } from './base';
import { FLOWS } from './kinds';
import { askedOfLoad, loadOf, type Asked } from './shape';

export type Route =
  | { screen: 'now' }
  | { screen: 'history'; period: string; of?: Asked; isMoney?: true }
  | { screen: 'bill'; month: string }
  | { screen: 'meters' }
  | { screen: 'settings'; part?: SettingsPart }
  | { screen: 'pair' }
  | { screen: 'nowhere'; path: string };

/** A part of Settings that has an address of its own. */
export type SettingsPart = (typeof SETTINGS_PARTS)[number];

export type Screen = Exclude<Route['screen'], 'pair' | 'nowhere'>;

/** What an address of History ends with where money is shown. */
const MONEY = 'cost';

const SETTINGS_PARTS = ['home', 'https'] as const;

const SCREENS: readonly Screen[] = ['now', 'history', 'meters', 'settings'];

export function routeOf(path: string): Route {
  const [screen = '', ...rest] = path.split('/').filter(Boolean);
  if (screen === 'history') {
    const period = rest[0] === undefined ? 'today' : decoded(rest[0]);
    if (period !== null && rest[1] === MONEY && rest.length === 2) {
      return { screen, period, isMoney: true };
    }
    const of = askedIn(rest.slice(1));
    if (period === null || (rest[1] !== undefined && !of)) return { screen: 'nowhere', path };
    return { screen, period, ...(of ? { of } : {}) };
  }
  if (screen === 'bill' && rest.length < 2) {
    const month = rest[0] === undefined ? 'this-month' : decoded(rest[0]);
    return month === null ? { screen: 'nowhere', path } : { screen, month };
  }
  if (screen === 'pair') return { screen };
  const part = SETTINGS_PARTS.find((name) => name === rest[0]);
  if (screen === 'settings' && part) return { screen, part };
  if (screen === '') return { screen: 'now' };
  const known = SCREENS.find((name) => name === screen);
  return known && known !== 'history' && known !== 'bill' && !rest.length
    ? { screen: known }
    : { screen: 'nowhere', path };
}

/** "battery", "load/heat pump". */
function askedIn([what, name]: readonly string[]): Asked | undefined {
  if (what !== 'load' || name === undefined) return FLOWS.find((flow) => flow === what);
  const load = decoded(name);
  return load === null ? undefined : askedOfLoad(load);
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
  if (route.screen === 'bill') return `/bill/${encodeURIComponent(route.month)}`;
  if (route.screen === 'history' && route.isMoney) {
    return `/history/${encodeURIComponent(route.period)}/${MONEY}`;
  }
  if (route.screen === 'history' && route.of) {
    const load = loadOf(route.of);
    // With a slash at its end a name that has a dot is taken for no file.
    const what = load === null ? route.of : `${askedOfLoad(encodeURIComponent(load))}/`;
    return `/history/${encodeURIComponent(route.period)}/${what}`;
  }
  if (route.screen === 'history' && route.period !== 'today') {
    return `/history/${encodeURIComponent(route.period)}`;
  }
  if (route.screen === 'settings' && route.part) return `/settings/${route.part}`;
  return `/${route.screen}`;
}

/** The same as a link has it. */
export const hrefOf = (route: Route): string => addressOf(pathOf(route));
