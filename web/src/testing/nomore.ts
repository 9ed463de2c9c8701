/** What an answer says of a home that has no battery and no part with a meter of its own. */
export const NO_MORE_TOTALS = {
  discharged_wh: null,
  charged_wh: null,
  self_supplied_wh: null,
  battery_coverage_pct: null,
  loads: [],
};

export function noMoreColumns(start: readonly string[]) {
  const nothing = start.map(() => null);
  return {
    discharged_wh: nothing,
    charged_wh: nothing,
    self_supplied_wh: nothing,
    battery_coverage_pct: nothing,
    loads: [],
  };
}
