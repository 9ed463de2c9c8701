/** What Now shows: the values of this moment or the last known ones, and the words for them. */
import { age } from '../lib/format';
import { FLOW, FLOWS, flowing_w, powerOf, signOf, type Flow } from '../lib/kinds';
import * as read from '../lib/now';
import { measuredBy, rolesOf, shapeOf } from '../lib/shape';
import * as time from '../lib/time';
import type { App } from './app.svelte';

/** The one value that is far larger than the others. */
interface Hero {
  series: Flow;
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

  readonly shape = $derived.by(() => shapeOf(this.roles));

  /** The power of each flow, of this moment or as it was last known. */
  readonly values: Readonly<Record<Flow, read.Value>> = $derived.by(() => {
    const { known } = this.#app.live;
    const of = (flow: Flow): read.Value =>
      read.valueOf(this.power && powerOf(this.power, flow), known[flow], this.fresh);
    return Object.fromEntries(FLOWS.map((flow) => [flow, of(flow)])) as Record<Flow, read.Value>;
  });
  readonly hero = $derived.by((): Hero => {
    const series = this.shape.lead as Flow;
    const value = this.values[series];
    return { series, value, ink: FLOW[series].ink[signOf(value.w ?? 0)] };
  });

  /** What is drawn around the home, where that is known. */
  readonly drawn = $derived.by(() => (this.hero.series === 'home' ? measuredBy(this.roles) : []));
  /** Of the home's power: its own solar, or with a battery or other plants all that is not bought. */
  readonly share = $derived.by(() => {
    const { home, grid } = this.values;
    const { words } = this.#app.preferences;
    const [plant, ...others] = this.drawn.filter((flow) => FLOW[flow].place === 'plant');
    return plant && !others.length && !this.shape.stores.length
      ? { pct: read.ownSolarShare(home, this.values[plant]), word: words.parts.own }
      : { pct: read.ownPowerShare(home, grid), word: words.now.ownPower };
  });

  readonly label = $derived.by(() => {
    const { words, locale } = this.#app.preferences;
    const { value, series } = this.hero;
    if (series === 'home') return this.#homeLabel;
    const said = words.directions[series];
    if (!value.live && value.at) return said.heroAt(time.whenShort(value.at, this.now, locale));
    return value.w === null ? words.names[series] : said.hero[signOf(value.w)];
  });
  /** Its size: the label says which way it flows. */
  readonly heroPower_w = $derived.by(() => {
    const { series, value } = this.hero;
    return value.w === null ? null : Math.abs(flowing_w(series, value.w));
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
    const { live, preferences } = this.#app;
    const { state } = preferences.words;
    const line = read.lineWord(live, this.fresh, preferences.words);
    if (line) return line;
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
  readonly near = $derived.by(() => (this.values.grid.live ? read.nearest(this.bars) : undefined));
}
