import { expect, it, vi } from 'vitest';

it('the words of money are there in the language that was loaded', async () => {
  vi.resetModules(); // nobody has loaded any yet
  const { costWords, loadCostWords } = await import('./words');
  expect(() => costWords('fi')).toThrow('no words of money in fi');
  await loadCostWords('fi');
  expect(costWords('fi').history.total).toBe('Kulut');
  await loadCostWords('en');
  await loadCostWords('en');
  expect(costWords('en').history.total).toBe('Cost');
});
