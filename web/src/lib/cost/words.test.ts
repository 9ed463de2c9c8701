import { expect, it } from 'vitest';
import { costWords, loadCostWords } from './words';

it('the words of money are there in the language that was loaded', async () => {
  expect(() => costWords('fi')).toThrow('no words of money in fi');
  await loadCostWords('fi');
  expect(costWords('fi').history.total).toBe('Kulut');
  await loadCostWords('en');
  await loadCostWords('en');
  expect(costWords('en').history.total).toBe('Cost');
});
