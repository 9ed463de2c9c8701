/** The address bar holds what is shown: back, reload and sharing work. */
import { pathOf, routeOf, type Route } from '../lib/route';

export class Router {
  route = $state.raw<Route>(routeOf(location.pathname));

  constructor() {
    addEventListener('popstate', () => {
      this.route = routeOf(location.pathname);
    });
  }

  /** `replace` where going back should not come by here again. */
  go(route: Route, replace = false): void {
    const path = pathOf(route);
    if (path === location.pathname) return;
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.route = route;
  }
}
