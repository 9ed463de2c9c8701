/** What stands beside the flow of a home that measures more: its batteries, and the parts that have a meter. */
import type { IconNode } from 'lucide';
import { power as watts, type NumberStyle, type Quantity } from './format';
import { ROLE_ICON, signOf } from './kinds';
import type { Words } from './i18n';
import type { Power } from './wire';

export interface BesideRow {
  name: string;
  icon: IconNode;
  /** Its size, where the name says which way it flows. */
  quantity: Quantity;
}

/** Of a role that the home does not have there is no row; one that is silent has its row, and no number. */
export function besideRows(
  power: Power,
  roles: readonly string[],
  words: Words,
  style: NumberStyle,
): BesideRow[] {
  const { battery_w } = power;
  const size = (w: number | null) => watts(w === null ? null : Math.abs(w), style);
  const batteries = roles.includes('battery')
    ? [
        {
          name: words.now.battery[signOf(battery_w ?? 0)],
          icon: ROLE_ICON.battery,
          quantity: size(battery_w),
        },
      ]
    : [];
  const parts = power.loads.map(({ name, active_power_w }) => ({
    name,
    icon: ROLE_ICON.load,
    quantity: watts(active_power_w, style),
  }));
  return [...batteries, ...parts];
}
