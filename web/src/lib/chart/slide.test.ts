import { expect, it, vi } from 'vitest';
import { Slide } from './slide';

const drawing = () => ({ style: { transform: '' }, animate: vi.fn() });
const over = (element: ReturnType<typeof drawing> | null): Slide =>
  new Slide(() => element as unknown as SVGGElement | null);

it('follows the finger, and goes home when it lets go', () => {
  const element = drawing();
  const slide = over(element);
  slide.drag(-20.4);
  expect(element.style.transform).toBe('translateX(-20px)');
  slide.drag(0);
  expect(element.style.transform).toBe('');
  expect(element.animate.mock.calls[0]?.[0]).toEqual([
    { transform: 'translateX(-20px)' },
    { transform: 'translateX(0)' },
  ]);
  slide.drag(0);
  expect(element.animate).toHaveBeenCalledTimes(1);
});

it('comes in from a side', () => {
  const element = drawing();
  over(element).enter(80);
  expect(element.animate.mock.calls[0]?.[0]).toEqual([
    { transform: 'translateX(80px)', opacity: 0.2 },
    { transform: 'translateX(0)', opacity: 1 },
  ]);
});

it('stands still where motion is not wanted, or there is nothing to move', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  const element = drawing();
  const slide = over(element);
  slide.drag(10);
  slide.drag(0);
  slide.enter(80);
  expect(element.animate).not.toHaveBeenCalled();
  const none = over(null);
  expect(() => {
    none.drag(10);
    none.enter(10);
  }).not.toThrow();
});
