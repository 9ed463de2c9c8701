/** What can be read by itself: tap on it, and History shows its own curve. A further flow is a further name here. */
import type { Roles } from './balance';

export type Flow = 'home' | 'solar' | 'grid';

export const FLOWS: readonly Flow[] = ['home', 'solar', 'grid'];

/** Those that a home with these meters has, where there is more than one to choose from. */
export const flowsOf = ({ grid, solar }: Roles): readonly Flow[] => (grid && solar ? FLOWS : []);

/** What is shown of it all when one flow alone is asked for. */
export function rolesOfFlow(flow: Flow | null, roles: Roles): Roles {
  if (flow === null || !flowsOf(roles).includes(flow)) return roles;
  switch (flow) {
    case 'home':
      return { ...roles, homeOnly: true };
    case 'solar':
      return { grid: false, solar: true };
    case 'grid':
      return { grid: true, solar: false };
  }
}
