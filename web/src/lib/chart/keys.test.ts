import { expect, it } from 'vitest';
import { keys, type KeyDeeds } from './keys';

const ALL = ['step', 'first', 'leave', 'enter', 'move', 'zoom'];

const pressed = (
  key: string,
  more: Partial<KeyboardEvent> = {},
  names: readonly string[] = ALL,
): unknown[] => {
  const done: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      done.push(name, ...args);
    };
  const deeds = Object.fromEntries(names.map((name) => [name, note(name)]));
  const preventDefault = (): void => {
    done.push('held');
  };
  keys(deeds as unknown as KeyDeeds)({ key, preventDefault, ...more } as KeyboardEvent);
  return done;
};

it.each([
  ['ArrowLeft', ['held', 'step', -1]],
  ['ArrowRight', ['held', 'step', 1]],
  ['Home', ['held', 'first']],
  ['Escape', ['held', 'leave']],
  ['Enter', ['held', 'enter']],
  ['PageUp', ['held', 'move', -1]],
  ['PageDown', ['held', 'move', 1]],
  ['+', ['held', 'zoom', 0.5]],
  ['-', ['held', 'zoom', 2]],
  ['a', []],
  ['Tab', []],
])('%s does %j', (key, done) => {
  expect(pressed(key)).toEqual(done);
});

it('leaves the page its keys where there is no other period', () => {
  const without = ALL.filter((name) => name !== 'move');
  expect(['PageUp', 'PageDown', 'Home'].map((key) => pressed(key, {}, without))).toEqual([
    [],
    [],
    ['held', 'first'],
  ]);
});

it('leaves the browser its own', () => {
  expect(pressed('ArrowLeft', { altKey: true })).toEqual([]);
  expect(pressed('+', { ctrlKey: true })).toEqual([]);
  expect(pressed('-', { metaKey: true })).toEqual([]);
});
