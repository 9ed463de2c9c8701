import { describe, expect, it } from 'vitest';
import { datedNow_ms, ServerClock } from './clock';

const NOON = Date.parse('2026-04-23T12:00:00Z');
const HOUR = 3_600_000;

/** A phone whose two clocks a test moves. */
function phone(wall_ms: number) {
  const at = { wall_ms, steady_ms: 1_000 };
  return {
    at,
    device: { wall_ms: () => at.wall_ms, steady_ms: () => at.steady_ms },
    pass(ms: number) {
      at.wall_ms += ms;
      at.steady_ms += ms;
    },
  };
}

describe('the server’s time', () => {
  it('is the phone’s own as long as nothing was heard', () => {
    const { device, pass } = phone(NOON);
    const clock = new ServerClock(null, device);
    pass(5_000);
    expect(clock.now_ms()).toBe(NOON + 5_000);
  });

  it.each([3 * HOUR, -3 * HOUR, 400 * 24 * HOUR])('is right on a phone %d ms off', (off_ms) => {
    const { device, pass } = phone(NOON + off_ms);
    const clock = new ServerClock(null, device);
    clock.heard(NOON);
    pass(90_000);
    expect(clock.now_ms()).toBe(NOON + 90_000);
    expect(clock.ahead_ms()).toBe(-off_ms);
  });

  it('goes by the last meeting until the server speaks', () => {
    const { device } = phone(NOON + 3 * HOUR);
    const clock = new ServerClock(-3 * HOUR, device);
    clock.dated(NOON + HOUR);
    expect(clock.now_ms()).toBe(NOON);
  });

  it('goes on through a sleep in which the steady clock stood still', () => {
    const { at, device } = phone(NOON);
    const clock = new ServerClock(null, device);
    clock.heard(NOON);
    at.wall_ms += HOUR;
    at.steady_ms += 20;
    expect(clock.now_ms()).toBe(NOON + HOUR);
  });

  it('does not go back when the phone’s clock is set back', () => {
    const { at, device, pass } = phone(NOON);
    const clock = new ServerClock(null, device);
    clock.heard(NOON);
    pass(1_000);
    at.wall_ms -= 2 * HOUR;
    expect(clock.now_ms()).toBe(NOON + 1_000);
  });

  it('follows a server whose clock is set', () => {
    const { device } = phone(NOON);
    const clock = new ServerClock(null, device);
    clock.heard(0);
    clock.heard(NOON);
    expect(clock.now_ms()).toBe(NOON);
  });

  it('takes a date of an answer until the stream is heard, not after, and never nonsense', () => {
    const { device } = phone(NOON);
    const clock = new ServerClock(null, device);
    clock.dated(NOON + HOUR);
    expect(clock.now_ms()).toBe(NOON + HOUR);
    clock.heard(NOON + 2 * HOUR);
    clock.dated(NOON);
    clock.heard(NaN);
    expect(clock.now_ms()).toBe(NOON + 2 * HOUR);
  });
});

describe('the date of an answer', () => {
  const dated = (kept: string) =>
    datedNow_ms(new Headers({ Date: 'Thu, 23 Apr 2026 12:00:00 GMT', 'Cache-Control': kept }));

  it('counts where no cache may have kept it', () => {
    expect(dated('no-store')).toBe(NOON);
    expect(dated('private, no-cache')).toBe(NOON);
  });

  it('does not where one may, nor where there is none', () => {
    expect(dated('private, max-age=86400')).toBeNull();
    expect(datedNow_ms(new Headers({ 'Cache-Control': 'no-store' }))).toBeNull();
  });
});
