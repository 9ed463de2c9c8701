import { describe, expect, it } from 'vitest';
import { aCost } from '../../testing/costs';
import { moneyPicture } from './bars';
import { tellerOf } from './teller';
import { loadCostWords } from './words';

describe('How a cost is told', () => {
  it.each([
    ['en', '0.10\u00a0€', 'Wed 1 Apr', '\u22120.05'],
    ['fi', '0,10\u00a0€', 'ke 1.4.', '\u22120,05'],
  ] as const)('in %s', async (locale, amount, day, line) => {
    await loadCostWords(locale);
    const cost = aCost('2026-04', { import_cost: [0.1], total_cost: [0.1] });
    const teller = tellerOf(cost, '2026', locale);
    expect(teller.say(0.1)).toBe(amount);
    expect(teller.say(null)).toBe('–');
    expect(teller.nameOf('2026-04-01T00:00:00+03:00')).toBe(day);
    expect([0, 1, 7].map(teller.footOf)).toEqual(['1', '', '8']);
    expect(teller.axisLabel(moneyPicture(cost, 30), -0.05)).toBe(line);
    expect([teller.unit, teller.style]).toEqual(['€', { locale }]);
  });
});
