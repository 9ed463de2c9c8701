import { describe, expect, it } from 'vitest';
import { changeOf, draftOf, isWhole, newMeter, type SettingsDraft } from './homeSettings';
import type { SettingsInFile } from './wire';

const NOW: SettingsInFile = {
  path: '/etc/wattledger/config.toml',
  site: { name: 'Koti', time_zone: 'Europe/Helsinki', main_fuse_a: 25, netting: 'quarter' },
  mongodb_database: null,
  meters: [
    {
      name: 'mains',
      role: 'grid',
      host: '192.168.1.20',
      production: 'positive',
      phases: ['a', 'b', 'c'],
      from: null,
      has_password: false,
    },
    {
      name: 'roof',
      role: 'solar',
      host: '192.168.1.21',
      production: 'negative',
      phases: ['a', 'b', 'c'],
      from: '2025-10-01',
      has_password: true,
    },
  ],
  fixed: [],
  takes_secrets: true,
};

const draft = (edit: (draft: SettingsDraft) => void = () => undefined): SettingsDraft => {
  const made = draftOf(NOW);
  edit(made);
  return made;
};
const changed = (edit: (draft: SettingsDraft) => void) => changeOf(NOW, draft(edit));
const meter = (made: SettingsDraft, at: number) => made.meters[at] ?? newMeter();

describe('a change of the settings', () => {
  it('is none where nothing is otherwise', () => {
    expect(changeOf(NOW, draft())).toBeNull();
    expect(changed((one) => (one.name = '  Koti '))).toBeNull();
    expect(changed((one) => (one.main_fuse_a = '25,0'))).toBeNull();
  });

  it('says of the home what is otherwise, and no more', () => {
    expect(changed((one) => (one.name = 'Mökki '))).toEqual({ site: { name: 'Mökki' } });
    expect(changed((one) => (one.main_fuse_a = '35'))).toEqual({ site: { main_fuse_a: 35 } });
    expect(
      changed((one) => {
        one.netting = 'hour';
        one.time_zone = 'Europe/Oslo ';
      }),
    ).toEqual({ site: { netting: 'hour', time_zone: 'Europe/Oslo' } });
  });

  it('says of a meter what is otherwise, by the name that it has', () => {
    expect(
      changed((one) => {
        Object.assign(meter(one, 0), { name: 'cellar', role: 'load', host: ' 10.0.0.1 ' });
        Object.assign(meter(one, 1), { production: 'positive', from: '', password: 'secret' });
      }),
    ).toEqual({
      meters: [
        { meter: 'mains', name: 'cellar', role: 'load', host: '10.0.0.1' },
        { meter: 'roof', production: 'positive', from: null, password: 'secret' },
      ],
    });
    expect(changed((one) => (meter(one, 0).from = '2027-03-01'))).toEqual({
      meters: [{ meter: 'mains', from: '2027-03-01' }],
    });
    expect(changed((one) => (meter(one, 0).phases = ['b']))).toEqual({
      meters: [{ meter: 'mains', phases: ['b'] }],
    });
  });

  it('takes a meter away, whatever else was typed there', () => {
    expect(
      changed((one) => {
        Object.assign(meter(one, 1), { name: 'barn', isRemoved: true });
      }),
    ).toEqual({ removed: ['roof'] });
  });

  it('adds a meter with what was said of it', () => {
    const car = { ...newMeter(), name: 'car ', host: ' 192.168.1.30' };
    expect(changed((one) => one.meters.push(car))).toEqual({
      added: [{ name: 'car', role: 'load', host: '192.168.1.30' }],
    });
    const battery = {
      ...car,
      role: 'battery' as const,
      production: 'negative' as const,
      phases: ['a' as const, 'c' as const],
      from: '2027-01-01',
      password: 'x',
    };
    expect(changed((one) => one.meters.push(battery))).toEqual({
      added: [
        {
          name: 'car',
          role: 'battery',
          host: '192.168.1.30',
          production: 'negative',
          phases: ['a', 'c'],
          from: '2027-01-01',
          password: 'x',
        },
      ],
    });
    expect(changed((one) => one.meters.push({ ...car, isRemoved: true }))).toBeNull();
  });

  it('lets a meter that the file has no more be', () => {
    expect(changed((one) => (meter(one, 0).was = 'attic'))).toBeNull();
  });

  it('says where the online copy goes, or that it ends', () => {
    expect(changed((one) => (one.mongodb_uri = ' mongodb://x '))).toEqual({
      mongodb_uri: 'mongodb://x',
    });
    expect(
      changed((one) => {
        one.mongodb_uri = 'mongodb://x';
        one.endsMongodb = true;
      }),
    ).toEqual({ mongodb_uri: '' });
  });
});

describe('a form', () => {
  it.each<[string, (draft: SettingsDraft) => void]>([
    ['no name', (one) => (one.name = ' ')],
    ['no zone', (one) => (one.time_zone = '')],
    ['no fuse', (one) => (one.main_fuse_a = '')],
    ['a fuse that is no number', (one) => (one.main_fuse_a = '3x25')],
    ['a fuse of nothing', (one) => (one.main_fuse_a = '0')],
    ['a meter without a name', (one) => (meter(one, 0).name = '')],
    ['a meter without a phase', (one) => (meter(one, 1).phases = [])],
    ['a meter without an address', (one) => (meter(one, 1).host = ' ')],
    [
      'no meter left',
      (one) => {
        for (const each of one.meters) each.isRemoved = true;
      },
    ],
  ])('with %s is not whole', (_, edit) => {
    expect(isWhole(draft(edit))).toBe(false);
  });

  it('is whole as it was read, also where what is taken away has nothing', () => {
    expect(isWhole(draft())).toBe(true);
    expect(
      isWhole(draft((one) => Object.assign(meter(one, 1), { host: '', isRemoved: true }))),
    ).toBe(true);
  });
});
