/** What is wrong, by its kind, in English: what it is, and what to do or expect. The server's own kinds stand last. */
import type { FaultKind } from '../wire';

export type FaultWords = Readonly<Record<FaultKind, readonly [what: string, how: string]>>;

export const faultsEn: FaultWords = {
  connecting: ['Not reached yet.', ''],
  unreachable: ['Not reached; tried again and again.', ''],
  password_wanted: [
    'The meter wants a password.',
    'Put it into the server’s settings, in the section of this meter.',
  ],
  password_refused: [
    'The meter refuses the password.',
    'Correct it in the server’s settings, in the section of this meter.',
  ],
  too_many_tries: [
    'The meter takes no log-in for a while.',
    'It has had too many tries; tried again later.',
  ],
  no_meter: [
    'What answers there is no meter.',
    'Correct the address of this meter in the server’s settings.',
  ],
  other_meter: [
    'Another meter answers here.',
    'Correct the addresses of the meters in the server’s settings.',
  ],
  profile_doubtful: ['The meter contradicts itself about its profile.', ''],
  address_changed: [
    'The meter was found at a new address.',
    'Give it a fixed address in your router, or correct it in the server’s settings.',
  ],
  unknown_model: ['The meter is of a model that is not known here.', 'It is read all the same.'],
  no_such_phase: [
    'The settings take a phase that this meter does not have.',
    'Correct the phases in the server’s settings.',
  ],
  firmware_old: [
    'The meter’s firmware is old.',
    'Update it on the meter’s own page; until then some of it may not be had.',
  ],
  no_time: [
    'The meter does not know the time.',
    'It books nothing until it has reached a time server.',
  ],
  absurd_records: ['Records were skipped that no meter can have counted.', ''],
  fetching_stopped: ['Fetching was broken off, and will go on.', ''],
  unreadable_minutes: ['Some minutes can’t be read from the meter.', 'Tried again tomorrow.'],
  contradicted_records: [
    'The meter gave minutes again with other values.',
    'The first ones count. If it goes on, start the meter anew.',
  ],
  elsewhere: ['The meter is at another server.', 'That one knows more of it.'],
  meter_error: [
    'The meter reports an error of its own.',
    'Look into it on the meter’s own page; what it counts may be wrong until then.',
  ],
  ct_type_not_set: [
    'The meter counts nothing: the type of its current transformers is not set.',
    'Choose it on the meter’s own page, in its settings.',
  ],
  absurd_power: [
    'The meter sends a power that it can’t measure; it is not shown.',
    'If that stays, check its wiring and start the meter anew.',
  ],
  too_many_records: [
    'The meter sends more records than it can have; the rest is let go.',
    'Start the meter anew; if that stays, update its firmware.',
  ],
  power_disagrees: [
    'Power and booked energy disagree.',
    'Check on the meter’s own page that the type of its current transformers is set, and that they sit on the right conductors.',
  ],
  clock_off: [
    'The meter’s clock is off, so energy is booked into the wrong quarter-hours.',
    'Set a time server on the meter’s own page, and see that the meter reaches it.',
  ],
  minutes_overdue: [
    'Minutes are due and none comes.',
    'They are fetched as soon as they can be had; if this lasts, start the meter anew.',
  ],
  damaged_minutes: [
    'Minutes on the server’s disk were damaged.',
    'They are shown as unknown until they are fetched again, by itself. Check the disk or memory card.',
  ],
  store_damaged: [
    'The server’s disk has damaged some of the books.',
    'What is damaged is never shown, and fetched again. Replace the disk or memory card soon.',
  ],
  store_gone: [
    'The server’s store was removed or replaced while it ran.',
    'Put it back, or restore a backup, and start the server anew. The meters keep their minutes meanwhile.',
  ],
  store_not_writing: [
    'The server can’t write its books.',
    'Make room on its disk, or end what locks the file. The meters keep their minutes meanwhile.',
  ],
  server_clock_doubtful: [
    'The server’s own clock is not trusted.',
    'See that the server reaches a time server; it goes on by itself then.',
  ],
  copy_lacks: [
    'MongoDB lacks minutes that it had.',
    'The server answers from its own books, and sends them again by itself.',
  ],
  copy_failing: [
    'Sending to MongoDB stands still, or a part of it.',
    'Nothing is lost: the server keeps everything, and goes on when MongoDB lets it.',
  ],
  backup_failing: [
    'The nightly backup is not made.',
    'See that the stick or share is there, has room and may be written by the server.',
  ],
  newer_home: [
    'The server at home is newer than this one.',
    'What is shown here is right, but there may be more: upgrade this server.',
  ],
  too_many_connections: [
    'The server refuses connections: too many are open.',
    'Find the device that opens them; other phones may have to wait.',
  ],
  certificate_ending: [
    'The certificate for HTTPS runs out.',
    'Give the command wattledger certificate on the server; phones need nothing.',
  ],
  prices_missing: [
    'Electricity prices are missing.',
    'The server goes on asking; what energy costs then is not known, and nothing is guessed.',
  ],
  prices_disputed: [
    'Sources of electricity prices differ.',
    'The one that was first, or has no VAT in it, counts.',
  ],
  prices_corrected: ['Electricity prices were corrected.', 'What energy cost is computed anew.'],
  task_restarted: [
    'A part of the server failed and was started again.',
    'Its log says which; please report it if it comes again.',
  ],
};
