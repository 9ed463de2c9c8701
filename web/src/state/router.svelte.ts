/** The address bar holds what is shown: back, reload and sharing work. */
import { addressOf, pathIn } from '../lib/base';
import { pathOf, routeOf, type Route } from '../lib/route';

export class Router {
  route = $state.raw<Route>(routeOf(pathIn(location.pathname)));

  constructor() {
    addEventListener('popstate', () => {
      this.route = routeOf(pathIn(location.pathname));
    });
  }

  /** `replace` where going back should not come by here again. */
  go(route: Route, replace = false): void {
    const address = addressOf(pathOf(route));
    if (address === location.pathname) return;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.route = route;
  }
}
