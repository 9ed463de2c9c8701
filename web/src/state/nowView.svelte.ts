/** What Now shows: the values of this moment or the last known ones, and the words for them. */
import { rolesOf } from '../lib/balance';
import type { Series } from '../lib/curve';
import { age } from '../lib/format';
import * as read from '../lib/now';
import * as time from '../lib/time';
import type { App } from './app.svelte';

/** The one value that is far larger than the others. */
interface Hero {
  series: Series;
  value: read.Value;
  ink: string;
}

export class NowView {
  #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  readonly lost = $derived.by(() => this.#app.live.link === 'lost');
  readonly fresh = $derived.by(() => {
    const { live, ticker } = this.#app;
    return read.isFresh(live.received_ms, ticker.now_ms, this.lost);
  });
  /** The home's clock now, without offset. */
  readonly now = $derived.by(() => this.#app.homeNow);
  readonly power = $derived.by(() => this.#app.live.power);
  readonly roles = $derived.by(() => rolesOf(this.#app.house.site?.meters ?? this.power?.meters));

  readonly home = $derived.by(() =>
    read.valueOf(this.power?.home_w, this.#app.live.known.home, this.fresh),
  );
  readonly solar = $derived.by(() =>
    read.valueOf(this.power?.solar_w, this.#app.live.known.solar, this.fresh),
  );
  readonly grid = $derived.by(() =>
    read.valueOf(this.power?.grid_w, this.#app.live.known.grid, this.fresh),
  );
  readonly hero = $derived.by((): Hero => {
    const { grid, home, roles, solar } = this;
    if (roles.grid && roles.solar) return { series: 'home', value: home, ink: 'var(--home)' };
    if (roles.solar) return { series: 'solar', value: solar, ink: 'var(--solar-edge)' };
    const ink = (grid.w ?? 0) < 0 ? 'var(--export)' : 'var(--import)';
    return { series: 'grid', value: grid, ink };
  });

  readonly label = $derived.by(() => {
    const { words, locale } = this.#app.preferences;
    const { value, series } = this.hero;
    if (series === 'home') return this.#homeLabel;
    const still = value.w === null || Math.abs(value.w) < 0.5;
    if (series === 'solar') {
      if (!value.live && value.at)
        return words.now.solarWas(time.whenShort(value.at, this.now, locale));
      return still ? words.now.solarStill : words.now.solarProducing;
    }
    if (!value.live && value.at)
      return words.now.gridWas(time.whenShort(value.at, this.now, locale));
    if (still) return words.now.gridStill;
    return (value.w ?? 0) > 0 ? words.now.gridBuying : words.now.gridSelling;
  });

  readonly #homeLabel = $derived.by(() => {
    const { live, preferences, ticker } = this.#app;
    const { words, locale } = preferences;
    const { value } = this.hero;
    if (value.live || value.at === null) return words.now.homeUses;
    const age_s = read.ageOf(value.at, this.power, live.received_ms, ticker.now_ms);
    return this.lost || age_s === null
      ? words.now.homeUsedAt(time.whenShort(value.at, this.now, locale))
      : words.now.homeUsedAgo(age(age_s));
  });

  readonly silent = $derived.by(() => (this.fresh ? read.silentMeters(this.power) : []));

  readonly state = $derived.by(() => {
    const { state } = this.#app.preferences.words;
    if (this.lost) {
      const { live } = this.#app;
      const { denial } = live;
      const text = denial ? state[denial] : live.isOnline ? state.gone : state.offline;
      return { kind: 'lost' as const, text };
    }
    if (!this.fresh) return { kind: 'connecting' as const, text: state.connecting };
    const [first, second] = this.silent;
    if (!first) return { kind: 'live' as const, text: state.live };
    if (second) return { kind: 'silent' as const, text: state.several(this.silent.length) };
    const name = time.capital(first.name);
    const text =
      first.age_s === null ? state.silentNoValue(name) : state.silent(name, age(first.age_s));
    return { kind: 'silent' as const, text };
  });

  readonly fuse_a = $derived.by(() => this.#app.house.site?.main_fuse_a ?? null);
  /** How much each phase takes of the fuse, last known; empty where that is not known. */
  readonly bars = $derived.by(() => {
    const { phases } = this.#app.live.known;
    return phases && this.fuse_a !== null ? read.phaseBars(phases.phases, this.fuse_a) : [];
  });
  readonly near = $derived.by(() => (this.grid.live ? read.nearest(this.bars) : undefined));
}
