/// <reference types="node" />
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENERGIES, ENERGY, FLOW, FLOWS } from './lib/kinds';

type Tokens = Record<string, string>;

const tokensIn = (block: string | undefined): Tokens =>
  Object.fromEntries(
    [...(block ?? '').matchAll(/(--[\w-]+): (#\w{6});/g)].map(([, a, b]) => [a, b]),
  );
const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [, light, dark] = css.split(':root');
const THEMES: [string, Tokens][] = [
  ['light', tokensIn(light)],
  ['dark', { ...tokensIn(light), ...tokensIn(dark) }],
];

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

describe.each(THEMES)('the palette, %s', (_, tokens) => {
  const colour = (token: string): string => tokens[/--[\w-]+/.exec(token)?.[0] ?? ''] ?? '#000000';
  const page = colour('--bg');

  it('has words of 4.5 : 1 and lines of 3 : 1 for each flow', () => {
    for (const flow of FLOWS) {
      const { ink, text } = FLOW[flow];
      for (const sign of ['plus', 'minus', 'still'] as const) {
        expect(contrast(colour(text[sign]), page), `${flow} ${sign}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(colour(ink[sign]), page), `${flow} ${sign}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('bounds each part by an edge of 3 : 1, and writes on it in ink', () => {
    for (const energy of ENERGIES) {
      const { edge, ink } = ENERGY[energy].fill;
      expect(contrast(colour(edge), page), energy).toBeGreaterThanOrEqual(3);
      expect(contrast(colour('--ink'), colour(ink)), energy).toBeGreaterThanOrEqual(3);
    }
  });
});
