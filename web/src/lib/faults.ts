/** A meter's faults in the app's words, by their kind: which ask for a deed, which just tell. */
import type { Words } from './i18n';
import type { Finding } from './metersview';
import type { MeterBooks } from './wire';

type Fault = MeterBooks['faults'][number];

/** Somebody must do something about these. */
const ASKS_FOR_A_DEED = new Set<Fault['kind']>([
  'password_refused',
  'password_wanted',
  'other_meter',
  'no_meter',
]);
/** The details of these name what the words leave open: which meter, how many, why. */
const WITH_DETAIL = new Set<Fault['kind']>([
  'unreachable',
  'other_meter',
  'no_meter',
  'profile_doubtful',
  'absurd_records',
  'unreadable_minutes',
]);

/** One finding for each kind; what a newer server says stands in its own English. */
export function faultFindings(faults: readonly Fault[], { meters }: Words): Finding[] {
  const kinds = new Set<Fault['kind']>();
  const findings: Finding[] = [];
  for (const { kind, detail } of faults) {
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const known = Object.hasOwn(meters.faults, kind) ? meters.faults[kind] : null;
    if (!known) {
      findings.push({ mark: 'told', bold: meters.noted, detail });
      continue;
    }
    const [bold, how] = known;
    findings.push({
      mark: ASKS_FOR_A_DEED.has(kind) ? 'fault' : 'told',
      bold,
      detail: [how, WITH_DETAIL.has(kind) ? `(${detail})` : ''].filter(Boolean).join(' '),
    });
  }
  return findings;
}
