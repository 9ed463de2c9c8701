/** The address is the question: which screen, and on History which period. */

export type Route =
  | { screen: 'now' }
  | { screen: 'history'; period: string }
  | { screen: 'meters' }
  | { screen: 'settings'; part?: 'https' }
  | { screen: 'pair' };

export type Screen = Exclude<Route['screen'], 'pair'>;

const SCREENS: readonly Screen[] = ['now', 'history', 'meters', 'settings'];

export function routeOf(path: string): Route {
  const [screen = '', ...rest] = path.split('/').filter(Boolean);
  if (screen === 'history') {
    return { screen, period: rest[0] ? decodeURIComponent(rest[0]) : 'today' };
  }
  if (screen === 'pair') return { screen };
  if (screen === 'settings' && rest[0] === 'https') return { screen, part: 'https' };
  const known = SCREENS.find((name) => name === screen);
  return known && known !== 'history' ? { screen: known } : { screen: 'now' };
}

export function pathOf(route: Route): string {
  if (route.screen === 'now') return '/';
  if (route.screen === 'history' && route.period !== 'today') {
    return `/history/${encodeURIComponent(route.period)}`;
  }
  if (route.screen === 'settings' && route.part) return `/settings/${route.part}`;
  return `/${route.screen}`;
}
