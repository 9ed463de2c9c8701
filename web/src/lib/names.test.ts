import { expect, it } from 'vitest';
import { monthName, weekdayName } from './names';

it('a day or a month that there is not has no name', () => {
  expect([weekdayName(3, 'en'), weekdayName(9, 'en')]).toEqual(['Wed', '']);
  expect([monthName(4, 'fi'), monthName(13, 'fi')]).toEqual(['huhtikuu', '']);
});
