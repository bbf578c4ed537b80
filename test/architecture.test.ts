import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architectureFaults, consoleFaults, RESERVED } from './architecture.ts';

const ROOT = new URL('../', import.meta.url);

const sourcesIn = (pattern: string) =>
  new Map(
    globSync(pattern, { cwd: ROOT }).map((path) => [
      path.replaceAll('\\', '/'),
      readFileSync(new URL(path, ROOT), 'utf8'),
    ]),
  );
const house = sourcesIn('src/**/*.ts');

/** The rules broken by made-up sources. */
const rulesBrokenBy = (sources: Record<string, string>) => [
  ...new Set(architectureFaults(new Map(Object.entries(sources))).map(({ rule }) => rule)),
];

describe('the house', () => {
  it('stands: floors, purity, cycles, and where clock, randomness, environment, network and permits are used', () => {
    expect(architectureFaults(house)).toEqual([]);
  });

  it('is looked at whole, and no exception is kept for a file that is gone', () => {
    expect(house.size).toBeGreaterThan(20);
    const reserved = RESERVED.flatMap((row) => row.in).filter((path) => !path.endsWith('/'));
    expect(reserved.filter((path) => !house.has(path))).toEqual([]);
  });
});

describe('the pages', () => {
  const pages = sourcesIn('console/src/**/*.{ts,tsx}');

  it('share no code with the house, ask the API in one place, and make no markup of text', () => {
    expect(pages.size).toBeGreaterThan(20);
    expect(consoleFaults(pages)).toEqual([]);
  });

  it.for([
    ['a file of the house', 'console', "import { b } from '../../src/kernel/b.ts';"],
    ['its types alone', 'console', "import type { B } from '../../src/kernel/b.ts';"],
    ['a package that is not for pages', 'console', "import { z } from 'zod';"],
    ['something computed', 'console', 'await import(name);'],
    ['a request from anywhere', 'fetch', "fetch('/api');"],
    ['a socket', 'socket', "new WebSocket('/ws');"],
    ['a stream', 'fetch', "new EventSource('/events');"],
    ['markup from text', 'markup', '<p dangerouslySetInnerHTML={{ __html: x }} />'],
    ['an inline style', 'markup', '<p style={{ color: x }} />'],
    ['code from text', 'markup', 'eval(x);'],
  ] as const)('may not use %s', ([, rule, text]) => {
    expect(consoleFaults(new Map([['console/src/a.tsx', text]])).map((fault) => fault.rule)).toEqual([rule]);
  });
});

describe('a fault is found:', () => {
  it.for([
    ['a room imports from a floor above', 'floors', { 'src/kernel/a.ts': "import { b } from '../guard/b.ts';" }],
    ['by its type alone', 'floors', { 'src/kernel/a.ts': "import type { B } from '../guard/b.ts';" }],
    ['by a re-export', 'floors', { 'src/kernel/a.ts': "export { b } from '../guard/b.ts';" }],
    ['by a re-export of everything', 'floors', { 'src/kernel/a.ts': "export * from '../guard/b.ts';" }],
    ['for its effect', 'floors', { 'src/kernel/a.ts': "import '../guard/b.ts';" }],
    ['dynamically', 'floors', { 'src/kernel/a.ts': "const b = await import('../guard/b.ts');" }],
    [
      'over several lines',
      'floors',
      { 'src/kernel/a.ts': "import {\n  b, // why\n  type C,\n} from '../guard/b.ts';" },
    ],
    ['from a folder within a room', 'floors', { 'src/comms/rules/a.ts': "import { b } from '../../store/b.ts';" }],
    ['rooms on one floor meet', 'floors', { 'src/comms/a.ts': "import { b } from '../identity/b.ts';" }],
    ['a room imports from outside the house', 'floors', { 'src/server/a.ts': "import { b } from '../../test/b.ts';" }],
    ['a file is in no room', 'floors', { 'src/helpers/a.ts': '' }],
    ['a file is beside the rooms', 'floors', { 'src/a.ts': '' }],
    ['a computed import', 'floors', { 'src/server/a.ts': 'const b = await import(name);' }],
    [
      'the SDK imports more than kernel and shield',
      'floors',
      { 'src/voice/a.ts': "import { b } from '../guard/b.ts';" },
    ],
    [
      'files import each other',
      'cycles',
      { 'src/guard/a.ts': "import './b.ts';", 'src/guard/b.ts': "import type { A } from './a.ts';" },
    ],
    ['a rule is async', 'purity', { 'src/comms/rules/a.ts': 'export async function f() {}' }],
    ['a rule sets a timer', 'purity', { 'src/comms/rules/a.ts': 'setTimeout(f, 1);' }],
    ['the log reads a file', 'purity', { 'src/audit/a.ts': "import { readFileSync } from 'node:fs';" }],
    [
      'a rule takes a clock',
      'purity',
      { 'src/comms/rules/a.ts': "import type { Clock } from '../../kernel/clock.ts';" },
    ],
    [
      'a rule imports what is not pure',
      'purity',
      {
        'src/comms/rules/a.ts': "import { b } from '../b.ts';",
        'src/comms/b.ts': "import { connect } from 'node:net';",
      },
    ],
    ['Date.now', 'clock', { 'src/guard/a.ts': 'const now = Date.now();' }],
    ['Date.now as a value', 'clock', { 'src/guard/a.ts': 'const clock = { now: Date.now };' }],
    ['new Date()', 'clock', { 'src/guard/a.ts': 'const now = new Date(/* now */);' }],
    ['new Date', 'clock', { 'src/guard/a.ts': 'const now = +new Date;' }],
    ['performance.now', 'clock', { 'src/guard/a.ts': 'performance.now()' }],
    ['Temporal.Now', 'clock', { 'src/guard/a.ts': 'Temporal.Now.instant()' }],
    ['Math.random', 'randomness', { 'src/guard/a.ts': 'Math.random()' }],
    ['randomBytes', 'randomness', { 'src/guard/a.ts': "import { randomBytes as b } from 'node:crypto';" }],
    ['crypto.randomUUID', 'randomness', { 'src/guard/a.ts': 'crypto.randomUUID()' }],
    ['process.env', 'environment', { 'src/guard/a.ts': 'process.env.SECRET' }],
    ["process['env']", 'environment', { 'src/guard/a.ts': "process['env'].SECRET" }],
    ['env taken out of process', 'environment', { 'src/guard/a.ts': 'const { env } = process;' }],
    ['env imported', 'environment', { 'src/guard/a.ts': "import { env } from 'node:process';" }],
    ['fetch', 'fetch', { 'src/providers/a.ts': 'await fetch (url);' }],
    ['globalThis.fetch', 'fetch', { 'src/providers/a.ts': 'const go = globalThis.fetch;' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is looked at
    ['in a template', 'fetch', { 'src/providers/a.ts': 'const t = `a ${`b ${fetch(url)}`} c`;' }],
    ['console', 'console', { 'src/main/a.ts': "console.log('x');" }],
    [
      'a permit minted elsewhere',
      'permit',
      { 'src/providers/a.ts': "import { mintPermit as m } from '../guard/permit.ts';" },
    ],
  ] as const)('%s', ([, rule, sources]) => {
    expect(rulesBrokenBy(sources)).toContain(rule);
  });
});

describe('no fault is found', () => {
  it.for([
    ['in comments', "// Date.now() fetch( import '../server/a.ts'\n/* process.env\n console.log */"],
    [
      'in strings',
      `const a = "Date.now()"; const b = 'it\\'s fetch(x)'; const c = \`process.env \${a} Math.random()\`;`,
    ],
    ['in regular expressions', "const a = /['\"`]Date.now()/; const b = 1 / 2; const c = 'fetch(' / /[/]fetch(/;"],
    ['after a string that looks like a comment', "const url = 'https://a'; const b = '/*';"],
    [
      'in members of the same name',
      'app.fetch(request); const o = { fetch: app.fetch }; a.console.log(1); prefetch(1);',
    ],
    ['in other members of process', "process.stdout.write(''); process.on('SIGINT', stop); process?.exitCode;"],
    ['in a process of another kind', 'function process(a: { process: string }) { return a.process; }'],
    ['in dates of a given time', 'new Date(ms).toISOString(); new Date( 0 );'],
    [
      'in imports from below',
      "import type { A } from '../kernel/a.ts';\nimport { z } from 'zod';\nexport * from '../guard/b.ts';",
    ],
    ['in the word from', "const from = 1; export const x = Buffer.from('../main/a.ts');"],
  ] as const)('%s', ([, source]) => {
    expect(architectureFaults(new Map([['src/server/a.ts', source]]))).toEqual([]);
  });

  it('where an exception is made', () => {
    expect(
      rulesBrokenBy({
        'src/kernel/clock.ts': 'Date.now()',
        'src/kernel/entropy.ts': "import { randomFillSync } from 'node:crypto';",
        'src/main/settings.ts': 'process.env',
        'src/cli/print.ts': "console.log('')",
        'src/cli/voice/agent-file.ts': 'await import(path);',
        'src/guard/executor.ts': "import { mintPermit } from './permit.ts';",
        'src/voice/a.ts': "import '../shield/a.ts'; import '../kernel/a.ts'; import './b.ts';",
        'src/comms/a.test.ts': "Math.random(); import '../main/a.ts';",
        'src/comms/rules/a.ts': "import { hash } from 'node:crypto'; import type { B } from '../b.ts';",
        'src/comms/b.ts': 'await Promise.all([]);',
      }),
    ).toEqual([]);
  });
});
