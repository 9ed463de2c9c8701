/** What the server says of a meter's faults, in the app's words: which ask for a deed, which just tell. */
import type { Words } from './i18n';
import type { Finding } from './metersview';

const PASSWORD = /the meter (refuses|wants) (the|a) password/;
const OTHER_METER = /^the meter that answers is /;
const NOT_REACHED =
  /^(silent for|no answers? |no connection|no power reading|not connected|the connection was closed|the meter answers )/;

/** One finding for each meaning; the server's own English stands beside what has no words of ours. */
export function faultFindings(faults: readonly string[], { meters }: Words): Finding[] {
  const findings = faults.map((fault): Finding => {
    if (PASSWORD.test(fault)) {
      return { mark: 'fault', bold: meters.password, detail: meters.passwordHow };
    }
    if (OTHER_METER.test(fault)) {
      return {
        mark: 'fault',
        bold: meters.otherMeter,
        detail: `${meters.otherMeterHow} (${fault})`,
      };
    }
    if (NOT_REACHED.test(fault)) return { mark: 'told', bold: meters.notReached, detail: fault };
    return { mark: 'told', bold: meters.noted, detail: fault };
  });
  return findings.filter(
    (finding, i) =>
      findings.findIndex(
        ({ bold, detail }) => bold === finding.bold && detail === finding.detail,
      ) === i,
  );
}
