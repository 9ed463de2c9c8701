/** Faults of the meters and of the server in the app's words, by their kind: which ask for a deed, which just tell. */
import type { Words } from './i18n';
import type { Finding } from './metersview';
import * as time from './time';
import type { Locale } from './time';
import type { Fault, FaultKind, MeterBooks } from './wire';

/** Somebody must do something about these. */
const ASKS_FOR_A_DEED = new Set<FaultKind>([
  'password_refused',
  'password_wanted',
  'other_meter',
  'no_meter',
  'meter_error',
  'ct_type_not_set',
  'power_disagrees',
  'clock_off',
  'store_damaged',
  'store_gone',
  'store_not_writing',
  'server_clock_doubtful',
  'backup_failing',
]);
/** These of a meter are told on Now without asking for a deed: the numbers there lack something, or soon will. */
const TOUCHES_NUMBERS = new Set<FaultKind>([
  'absurd_records',
  'too_many_records',
  'unreadable_minutes',
  'absurd_power',
  'damaged_minutes',
  'minutes_overdue',
  'no_time',
]);
/** The details of these say more than the words: which meter, how many, why. */
const WITH_DETAIL = new Set<FaultKind>([
  'unreachable',
  'other_meter',
  'no_meter',
  'profile_doubtful',
  'address_changed',
  'unknown_model',
  'no_such_phase',
  'firmware_old',
  'absurd_records',
  'contradicted_records',
  'unreadable_minutes',
  'meter_error',
  'absurd_power',
  'too_many_records',
  'power_disagrees',
  'clock_off',
  'minutes_overdue',
  'damaged_minutes',
  'store_damaged',
  'store_gone',
  'store_not_writing',
  'server_clock_doubtful',
  'copy_lacks',
  'copy_failing',
  'backup_failing',
  'too_many_connections',
  'certificate_ending',
  'prices_missing',
  'prices_disputed',
  'prices_corrected',
  'task_restarted',
]);

export interface Tellers {
  words: Words;
  locale: Locale;
  /** The home's clock now, without offset. */
  now: string;
}

/** What it is and what to do; of a kind that only a newer server knows, that the server notes something. */
function whatOf({ kind }: Fault, { faults, meters }: Words): readonly [string, string] {
  return Object.hasOwn(faults.words, kind) ? faults.words[kind] : [meters.noted, ''];
}

const isKnown = ({ kind }: Fault, { faults }: Words): boolean => Object.hasOwn(faults.words, kind);

const asksForADeed = ({ kind }: Fault): boolean => ASKS_FOR_A_DEED.has(kind);

/** One finding for each kind, those that ask for a deed first. */
export function faultFindings(faults: readonly Fault[], tellers: Tellers): Finding[] {
  const first = new Map<FaultKind, Fault>();
  const others: Fault[] = [];
  for (const fault of faults) {
    if (!isKnown(fault, tellers.words)) others.push(fault);
    else if (!first.has(fault.kind)) first.set(fault.kind, fault);
  }
  return [...first.values(), ...others]
    .sort((one, other) => Number(asksForADeed(other)) - Number(asksForADeed(one)))
    .map((fault) => findingOf(fault, tellers));
}

function findingOf(fault: Fault, { words, locale, now }: Tellers): Finding {
  const [bold, how] = whatOf(fault, words);
  const since =
    typeof fault.since === 'string' ? words.faults.since(time.when(fault.since, now, locale)) : '';
  return {
    mark: asksForADeed(fault) ? 'fault' : 'told',
    bold,
    detail: [how, since].filter(Boolean).join(' '),
    ...inEnglish(fault, words, locale),
  };
}

/** What the server adds in its own English: all that there is of a kind that this app does not know. */
function inEnglish(fault: Fault, words: Words, locale: Locale): Pick<Finding, 'note' | 'more'> {
  if (!isKnown(fault, words)) return { note: fault.detail };
  if (!WITH_DETAIL.has(fault.kind) || !fault.detail) return {};
  return locale === 'en' ? { note: `(${fault.detail})` } : { more: fault.detail };
}

/** A fault as Now tells it, in a line. */
export interface Notice {
  title: string;
  /** In the server's English; empty where the words say it all. */
  note: string;
  asksForADeed: boolean;
}

/** What Now must not be silent about, the gravest first: whatever the server has, and what of a meter touches numbers. */
export function noticesOf(
  server: readonly Fault[],
  meters: readonly MeterBooks[],
  words: Words,
): Notice[] {
  const ofServer = server.map((fault) => ({ name: null, fault }));
  const ofMeters = meters.flatMap(({ name, faults }) =>
    faults
      .filter((fault) => asksForADeed(fault) || TOUCHES_NUMBERS.has(fault.kind))
      .map((fault) => ({ name, fault })),
  );
  return [...ofServer, ...ofMeters]
    .map(({ name, fault }) => {
      const [what] = whatOf(fault, words);
      const note = isKnown(fault, words) ? '' : fault.detail;
      const title = name === null ? what : words.faults.of(time.capital(name), what);
      return { title, note, asksForADeed: asksForADeed(fault) };
    })
    .sort((one, other) => Number(other.asksForADeed) - Number(one.asksForADeed));
}
