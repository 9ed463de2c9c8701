/** What a person changes of the home's settings, as the server wants to hear it: no more than what is otherwise. */
import type { MeterInFile, SettingsChange, SettingsInFile } from './wire';

export const PHASES = ['a', 'b', 'c'] as const;
export type Phase = (typeof PHASES)[number];

/** A `[[meters]]` as a form holds it. `was` is its name in the file, empty for a new one. */
export interface MeterDraft {
  was: string;
  name: string;
  role: MeterInFile['role'];
  host: string;
  production: MeterInFile['production'];
  phases: Phase[];
  /** "2027-03-01", or empty. */
  from: string;
  /** Empty leaves the one that is known. */
  password: string;
  isRemoved: boolean;
}

export interface SettingsDraft {
  name: string;
  time_zone: string;
  main_fuse_a: string;
  netting: SettingsInFile['site']['netting'];
  meters: MeterDraft[];
  /** Empty leaves it as it is. */
  mongodb_uri: string;
  endsMongodb: boolean;
}

export const draftOf = ({ site, meters }: SettingsInFile): SettingsDraft => ({
  name: site.name,
  time_zone: site.time_zone,
  main_fuse_a: String(site.main_fuse_a),
  netting: site.netting,
  meters: meters.map((meter) => ({
    was: meter.name,
    name: meter.name,
    role: meter.role,
    host: meter.host,
    production: meter.production,
    phases: PHASES.filter((phase) => meter.phases.includes(phase)),
    from: meter.from ?? '',
    password: '',
    isRemoved: false,
  })),
  mongodb_uri: '',
  endsMongodb: false,
});

export const newMeter = (): MeterDraft => ({
  was: '',
  name: '',
  role: 'load',
  host: '',
  production: 'positive',
  phases: [...PHASES],
  from: '',
  password: '',
  isRemoved: false,
});

/** A number as people of either language write it; NaN for what is none. */
const numberOf = (text: string): number => Number(text.trim().replace(',', '.') || Number.NaN);

/** Whether each field has what it needs. */
export function isWhole({ name, time_zone, main_fuse_a, meters }: SettingsDraft): boolean {
  const kept = meters.filter(({ isRemoved }) => !isRemoved);
  return (
    [name, time_zone].every((text) => text.trim()) &&
    numberOf(main_fuse_a) > 0 &&
    kept.length > 0 &&
    kept.every((meter) => meter.name.trim() && meter.host.trim() && meter.phases.length)
  );
}

/** Null where nothing is otherwise. */
export function changeOf(now: SettingsInFile, draft: SettingsDraft): SettingsChange | null {
  const fuse_a = numberOf(draft.main_fuse_a);
  const site = {
    ...(draft.name.trim() === now.site.name ? {} : { name: draft.name.trim() }),
    ...(draft.time_zone.trim() === now.site.time_zone ? {} : { time_zone: draft.time_zone.trim() }),
    ...(fuse_a === now.site.main_fuse_a ? {} : { main_fuse_a: fuse_a }),
    ...(draft.netting === now.site.netting ? {} : { netting: draft.netting }),
  };
  const there = draft.meters.filter(({ was }) => was);
  const removed = there.filter(({ isRemoved }) => isRemoved).map(({ was }) => was);
  const meters = there.flatMap((meter) => {
    const before = now.meters.find(({ name }) => name === meter.was);
    const change = before && !meter.isRemoved ? meterChange(before, meter) : {};
    return Object.keys(change).length ? [{ meter: meter.was, ...change }] : [];
  });
  const added = draft.meters.filter(({ was, isRemoved }) => !was && !isRemoved).map(asNew);
  const uri = draft.endsMongodb ? '' : draft.mongodb_uri.trim() || null;
  const change = {
    ...(Object.keys(site).length ? { site } : {}),
    ...(meters.length ? { meters } : {}),
    ...(added.length ? { added } : {}),
    ...(removed.length ? { removed } : {}),
    ...(uri === null ? {} : { mongodb_uri: uri }),
  };
  return Object.keys(change).length ? change : null;
}

function meterChange(before: MeterInFile, draft: MeterDraft): Record<string, unknown> {
  const name = draft.name.trim();
  const host = draft.host.trim();
  return {
    ...(name === before.name ? {} : { name }),
    ...(draft.role === before.role ? {} : { role: draft.role }),
    ...(host === before.host ? {} : { host }),
    ...(draft.production === before.production ? {} : { production: draft.production }),
    ...(draft.phases.join() === before.phases.join() ? {} : { phases: draft.phases }),
    ...(draft.from === (before.from ?? '') ? {} : { from: draft.from || null }),
    ...(draft.password ? { password: draft.password } : {}),
  };
}

const asNew = ({ name, role, host, production, phases, from, password }: MeterDraft) => ({
  name: name.trim(),
  role,
  host: host.trim(),
  ...(production === 'positive' ? {} : { production }),
  ...(phases.length === PHASES.length ? {} : { phases }),
  ...(from ? { from } : {}),
  ...(password ? { password } : {}),
});
