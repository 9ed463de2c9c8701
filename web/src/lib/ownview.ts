/** An answer as one flow or one part of the home alone has it: by its own coverage, and of a part what that used. */
import { KIND, type Column, type Flow } from './kinds';
import { loadOf, type Asked } from './shape';
import type { Buckets, Energy, Totals } from './wire';

export function ownView(energy: Energy, only: Asked | undefined): Energy {
  if (only === undefined || only === 'home') return energy;
  const name = loadOf(only);
  return name === null ? byOwnCoverage(energy, only as Flow) : ofPart(energy, name);
}

function byOwnCoverage(energy: Energy, flow: Flow): Energy {
  const { coverage } = KIND[flow];
  const { totals, buckets } = energy;
  const column = buckets[coverage] as readonly (number | null)[] | undefined;
  // An older answer has none.
  if (!column) return energy;
  return {
    ...energy,
    totals: { ...totals, coverage_pct: totals[coverage] ?? 0 },
    buckets: { ...buckets, coverage_pct: column.map((pct) => pct ?? 0) },
  };
}

/** Its use stands where that of the home stood; of all else there is nothing. */
function ofPart(energy: Energy, name: string): Energy {
  const { totals, buckets } = energy;
  const total = totals.loads.find((load) => load.name === name);
  const column = buckets.loads.find((load) => load.name === name);
  const nothing = buckets.start.map(() => null);
  return {
    ...energy,
    totals: {
      ...cleared(totals, () => null),
      consumed_wh: total?.consumed_wh ?? null,
      coverage_pct: total?.coverage_pct ?? 0,
    },
    buckets: {
      ...cleared(buckets, () => nothing),
      consumed_wh: column?.consumed_wh ?? nothing,
      coverage_pct: column?.coverage_pct.map((pct) => pct ?? 0) ?? buckets.start.map(() => 0),
    },
  };
}

type Measured = Column | Extract<keyof Totals, `${string}_pct`>;

const cleared = <T extends Totals | Buckets>(whole: T, nothing: () => unknown): T =>
  Object.fromEntries(
    Object.entries(whole).map(([name, value]) => [name, isMeasured(name) ? nothing() : value]),
  ) as unknown as T;

const isMeasured = (name: string): name is Measured => /_(wh|pct)$/.test(name);
