/** The parts of a browser that the state of the app touches, each as small as it can be. */

class Kept {
  #items = new Map<string, string>();
  getItem = (key: string): string | null => this.#items.get(key) ?? null;
  setItem = (key: string, text: string): void => void this.#items.set(key, text);
  removeItem = (key: string): void => void this.#items.delete(key);
  clear = (): void => {
    this.#items.clear();
  };
}

/** A place to be at; going somewhere changes no page. */
const place = () => {
  const location = {
    pathname: '/',
    href: 'http://home.test/',
    origin: 'http://home.test',
    hash: '',
    reload: () => undefined,
    toString: () => 'http://home.test/',
  };
  const go = (_: unknown, __: string, path: string): void => {
    location.pathname = path;
  };
  return { location, history: { pushState: go, replaceState: go } };
};

export function phone(): Record<string, unknown> {
  const page = new EventTarget();
  const listen = {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    dispatchEvent: page.dispatchEvent.bind(page),
  };
  const document = Object.assign(new EventTarget(), {
    visibilityState: 'visible',
    documentElement: { lang: '', dataset: {} as Record<string, string> },
    querySelector: () => null,
  });
  return {
    ...listen,
    ...place(),
    document,
    localStorage: new Kept(),
    matchMedia: (query: string) => Object.assign(new EventTarget(), { matches: false, query }),
    isSecureContext: false,
  };
}
