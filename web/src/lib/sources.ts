/** What the meters of a home measure, and which of them have a part in what is shown. */
import { BESIDES } from './kinds';
import { loadOf, type Roles } from './shape';
import type { MeterBooks } from './wire';

export type Source = MeterBooks['sources'][number];

/** An older server tells of a meter's role alone. */
export const sourcesOf = ({ sources, name, role }: MeterBooks): readonly Source[] =>
  (sources as readonly Source[] | undefined) ?? [{ name, role, phases: [], from: null }];

const isBalanced = ({ role }: Source): boolean => BESIDES.some((kind) => kind === role);

/** Those of the balance, or of what alone is asked for. */
export function metersOf(
  meters: readonly MeterBooks[] | undefined,
  { only }: Roles,
): readonly MeterBooks[] | undefined {
  const load = loadOf(only);
  const has = (source: Source): boolean => {
    if (load !== null) return source.role === 'load' && source.name === load;
    return only === undefined || only === 'home' ? isBalanced(source) : source.role === only;
  };
  return meters?.filter((meter) => sourcesOf(meter).some(has));
}

/**
 * Those that the books begin with: what counts from a date of its own, and a part of the home, is absent before. All of
 * them where there are no others.
 */
export function foundersOf(meters: readonly MeterBooks[]): readonly MeterBooks[] {
  const own = meters.filter((meter) =>
    sourcesOf(meter).some((source) => isBalanced(source) && source.from === null),
  );
  return own.length ? own : meters;
}
