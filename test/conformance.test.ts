import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conformanceFaults, namedTestFaults, PROMISE_IDS } from './conformance.ts';

const ROOT = new URL('../', import.meta.url);

function readRepository(path: string): string | null {
  const file = new URL(path, ROOT);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

it('docs/conformance.md has every promise once, and every test that it names is there', () => {
  expect(conformanceFaults(readRepository('docs/conformance.md') ?? '', readRepository)).toEqual([]);
});

it('docs/known-failures.md names tests that are there', () => {
  const document = readRepository('docs/known-failures.md') ?? '';
  expect(namedTestFaults(document, readRepository)).toEqual([]);
  expect(document.split('.test.ts ›').length).toBeGreaterThan(40);
});

it('docs/threat-model.md has every asset with every adversary, and names tests that are there', () => {
  const document = readRepository('docs/threat-model.md') ?? '';
  expect(namedTestFaults(document, readRepository)).toEqual([]);
  const assets = document.split(/^## \d\. /m).slice(1);
  expect(assets.map((text) => /^.*/.exec(text)![0])).toEqual([
    "Agents' prompts",
    'The content of messages, and who writes them',
    'Keys of models, credentials of providers',
    'The control plane',
  ]);
  for (const asset of assets) {
    const shown = asset.split('\n').filter((line) => line.startsWith('| ') && line.includes('.test.ts ›'));
    const adversaries = new Set(shown.map((line) => line.split(' | ')[0]!.slice(2)));
    expect([...adversaries]).toEqual(['outside', 'inside', 'agent']);
    expect(asset).toContain('Remains:');
  }
});

const TESTS = `
import { it, test } from 'vitest';
it('refuses the SMS after STOP', () => {});
test("says \\"no\\" politely", () => {});
it.each(['a', (b)])('refuses %s with its reason', () => {});
it.for(TABLE)('the guard $name refuses', () => {});
for (const x of []) it(\`refuses \${x} on every engine\`, () => {});
it.for(TABLE)('%s', () => {});
it.each<[string, (a: Line) => Partial<Line>]>([['b', (a) => a]])('waits for %s to come', () => {});
it.skipIf(root)('refuses a folder', () => {});
it.skip('skipped', () => {});
it.todo('still to do');
it('costs $name and 100%s', () => {});
// it('in a comment', () => {});
const title = "it('in a string', () => {})";
notit('is another function', () => {});
`;

/** The faults of a complete table with one row exchanged. */
function faultsOf(where: string, tests: string, more = ''): readonly string[] {
  const rows = PROMISE_IDS.map((id) =>
    id === 'C01' ? `| C01 | a promise | ${where} | ${tests} |` : `| ${id} | a promise | open | |`,
  );
  const table = ['| id | promise | where | test |', '|---|---|---|---|', ...rows, more].join('\n');
  return conformanceFaults(table, (path) => (path === 'test/a.test.ts' ? TESTS : null));
}

describe('a row is accepted', () => {
  it('that is open', () => {
    expect(faultsOf('open', '')).toEqual([]);
  });

  it.for([
    'refuses the SMS after STOP',
    'says "no" politely',
    'refuses an empty body with its reason',
    'the guard calling-window refuses',
    'refuses a send on every engine',
    'waits for a second to come',
    'refuses a folder',
    'costs $name and 100%s',
  ])('that names the test "%s"', (title) => {
    expect(faultsOf('src/guard', `test/a.test.ts › ${title}`)).toEqual([]);
  });

  it('that names several tests, and says what is still open', () => {
    const tests = 'test/a.test.ts › refuses the SMS after STOP<br>`test/a.test.ts › refuses a folder`';
    expect(faultsOf('src/guard; open: mail', tests)).toEqual([]);
  });
});

describe('a row is refused', () => {
  it.for([
    'refuses the SMS',
    'refuses the SMS after STOP.',
    'refuses  with its reason',
    'whatever the bare placeholder would match',
    'skipped',
    'still to do',
    'in a comment',
    'in a string',
    'is another function',
    'costs 5 and 1005',
  ])('that names "%s", which no test is called', (title) => {
    expect(faultsOf('src/guard', `test/a.test.ts › ${title}`)).toEqual([
      `C01: test/a.test.ts has no test that runs as "${title}"`,
    ]);
  });

  it.for([
    ['src/guard', ''],
    ['', ''],
    ['open soon', ''],
    ['open', 'test/a.test.ts › refuses the SMS after STOP'],
    ['src/guard', 'test/gone.test.ts › refuses the SMS after STOP'],
    ['src/guard', 'test/a.ts › refuses the SMS after STOP'],
    ['src/guard', 'test/a.test.ts'],
    ['src/guard', 'refuses the SMS after STOP'],
    ['src/guard', 'test/a.test.ts › refuses the SMS after STOP<br>test/a.test.ts › no such'],
    ['src/guard | more', ''],
  ] as const)('with where "%s" and test "%s"', ([where, tests]) => {
    expect(faultsOf(where, tests)).toHaveLength(1);
  });

  it('that is there twice, is missing, or is no promise', () => {
    expect(faultsOf('open', '', '| C02 | a promise | open | |')).toEqual(['C02: has two rows']);
    expect(faultsOf('open', '', '| C42 | a promise | open | |')).toEqual(['C42: is no promise']);
    expect(faultsOf('open', '', '| C2 | a promise | open | |')).toEqual(['C2: is no promise']);
    expect(conformanceFaults('', () => null)).toHaveLength(PROMISE_IDS.length);
    expect(PROMISE_IDS).toHaveLength(88);
  });
});
