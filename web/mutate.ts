/**
 * Plants faults, one at a time, and counts which of them a module's own tests notice:
 * `npm run mutate [module ...]`.
 *
 * Modules are named as below src/lib: `balance`, `chart/bars`. A fault that no test notices is listed with its line.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import type { Plugin } from 'vite';
import { createVitest, type Vitest } from 'vitest/node';

const MODULES = [
  'balance',
  'compare',
  'format',
  'chart/bars',
  'chart/power',
  'chart/stretch',
  'period',
  'time',
  'calendar',
  'curve',
  'energies',
  'facts',
  'fetching',
  'gaps',
  'loads',
  'metersview',
  'now',
  'ownview',
  'reading',
  'readout',
  'shape',
];
const LEAST_PCT = 85;

interface Mutant {
  from: number;
  to: number;
  text: string;
}

const SWAPS: Partial<Record<ts.SyntaxKind, readonly string[]>> = {
  [ts.SyntaxKind.PlusToken]: ['-'],
  [ts.SyntaxKind.MinusToken]: ['+'],
  [ts.SyntaxKind.AsteriskToken]: ['/'],
  [ts.SyntaxKind.SlashToken]: ['*'],
  [ts.SyntaxKind.LessThanToken]: ['<=', '>='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ['||'],
  [ts.SyntaxKind.BarBarToken]: ['&&'],
};
const CALLS: Record<string, string> = {
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  max: 'min',
  min: 'max',
  some: 'every',
  every: 'some',
};

/** Faults of one place, each with the text that takes its place. */
function mutantsOf(source: ts.SourceFile): Mutant[] {
  const found: Mutant[] = [];
  const put = (node: ts.Node, text: string): void => {
    found.push({ from: node.getStart(source), to: node.end, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node))
      return;
    if (ts.isBinaryExpression(node)) {
      for (const swap of SWAPS[node.operatorToken.kind] ?? []) put(node.operatorToken, swap);
    }
    if (ts.isNumericLiteral(node)) put(node, `(${node.text} + 1)`);
    if (ts.isConditionalExpression(node)) {
      put(node.condition, 'true');
      put(node.condition, 'false');
    }
    if (ts.isIfStatement(node)) {
      put(node.expression, 'true');
      put(node.expression, 'false');
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      put(node, node.operand.getText(source));
    }
    if (node.kind === ts.SyntaxKind.TrueKeyword) put(node, 'false');
    if (node.kind === ts.SyntaxKind.FalseKeyword) put(node, 'true');
    if (ts.isPropertyAccessExpression(node) && Object.hasOwn(CALLS, node.name.text)) {
      put(node.name, CALLS[node.name.text] ?? '');
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

/** What the next run is given in place of a file. */
const planted = { path: '', code: '' };

/** One for each module: what was planted for another is forgotten. */
async function testsOf(
  path: string,
): Promise<{ vitest: Vitest; notice: (code: string) => Promise<boolean> }> {
  const plugin: Plugin = {
    name: 'planted-faults',
    enforce: 'pre',
    transform: (_, id) => (id === planted.path ? planted.code : null),
  };
  const vitest = await createVitest(
    'test',
    { watch: true, run: false, reporters: [{}], fsModuleCache: false },
    { plugins: [plugin] },
  );
  await vitest.standalone();
  const all = await vitest.getRelevantTestSpecifications();
  const own = all.filter(({ moduleId }) => moduleId === path.replace(/\.ts$/, '.test.ts'));
  if (!own.length) throw new Error(`${path} has no tests of its own.`);
  const notice = async (code: string): Promise<boolean> => {
    Object.assign(planted, { path, code });
    vitest.invalidateFile(path);
    const { testModules } = await vitest.runTestSpecifications(own);
    // What hangs or crashes is noticed as well.
    return !testModules.length || testModules.some((module) => module.state() !== 'passed');
  };
  return { vitest, notice };
}

async function noticedOf(name: string): Promise<number> {
  const path = join(import.meta.dirname, 'src', 'lib', `${name}.ts`);
  const text = await readFile(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const { vitest, notice } = await testsOf(path);
  if (await notice(text)) throw new Error('The tests fail already, without a fault.');
  const mutants = mutantsOf(source);
  const missed: string[] = [];
  for (const { from, to, text: put } of mutants) {
    if (await notice(text.slice(0, from) + put + text.slice(to))) continue;
    const { line } = source.getLineAndCharacterOfPosition(from);
    missed.push(`  ${name}.ts:${String(line + 1)}  ${text.slice(from, to)} -> ${put}\n`);
  }
  await vitest.close();
  const noticed_pct = (100 * (mutants.length - missed.length)) / mutants.length;
  const told = `${name}: ${noticed_pct.toFixed(1)} % of ${String(mutants.length)}\n`;
  process.stdout.write(told + missed.join(''));
  return noticed_pct;
}

const wanted = process.argv.slice(2);
let isEnough = true;
for (const name of wanted.length ? wanted : MODULES) {
  if ((await noticedOf(name)) < LEAST_PCT) isEnough = false;
}
// Vitest takes a fault that was noticed for a failure of its own.
process.exitCode = isEnough ? 0 : 1;
