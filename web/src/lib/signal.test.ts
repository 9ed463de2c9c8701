import { expect, it } from 'vitest';
import { Signal, together } from './signal';

it('is heard by whoever listens, until they stop', () => {
  const signal = new Signal<number>();
  const heard: string[] = [];
  const stopOne = signal.on((value) => heard.push(`one ${String(value)}`));
  const stopOther = signal.on((value) => heard.push(`other ${String(value)}`));
  signal.emit(1);
  stopOne();
  signal.emit(2);
  together(stopOther)();
  signal.emit(3);
  expect(heard).toEqual(['one 1', 'other 1', 'other 2']);
});

it('lets a hearer stop while it is told', () => {
  const signal = new Signal();
  let times = 0;
  const stop = signal.on(() => {
    times += 1;
    stop();
  });
  signal.on(() => {
    times += 10;
  });
  signal.emit();
  signal.emit();
  expect(times).toBe(21);
});
