/**
 * The rules of the house over a set of sources: which room may import which, what must be pure, and where time, chance,
 * the environment and the network may be touched. Pure: sources in, faults out, so that each rule can be shown to fail.
 */
import { posix } from 'node:path';
import { type Import, importsOf, readSource, type Source } from './source.ts';

/** Rooms by floor (the design's table); imports point down, rooms on one floor do not meet. */
const FLOORS: Readonly<Record<string, number>> = {
  kernel: 0,
  audit: 1,
  vault: 1,
  shield: 1,
  tenancy: 2,
  guard: 2,
  identity: 3,
  comms: 3,
  swarm: 3,
  voice: 4,
  store: 4,
  providers: 4,
  server: 5,
  main: 6,
  cli: 7,
};

/** Rooms that may import fewer others than their floor allows: they are meant to be used alone. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  voice: ['kernel', 'shield'],
};

/** What may be used in a few places alone; an entry that ends in a slash is a folder. */
export const RESERVED: readonly { readonly rule: string; readonly use: RegExp; readonly in: readonly string[] }[] = [
  {
    rule: 'clock',
    use: /\bDate\s*\.\s*now\b|\bDate\s*\(\s*\)|\bnew\s+Date\b(?!\s*\()|\bperformance\s*\.\s*now\b|\bTemporal\s*\.\s*Now\b|\bhrtime\b/,
    in: ['src/kernel/clock.ts'],
  },
  {
    rule: 'randomness',
    use: /\bMath\s*\.\s*random\b|\b(?:randomBytes|randomUUID|randomUUIDv7|randomInt|randomFill|randomFillSync|getRandomValues|generateKey|generateKeySync|generateKeyPair|generateKeyPairSync)\b/,
    in: ['src/kernel/entropy.ts'],
  },
  // any use of `process` but a named member other than env: `process.env`, `process['env']`, `const { env } = process`
  {
    rule: 'environment',
    use: /(?<![.\w$])process\b(?!\s*[:(])(?!\s*\??\.\s*(?!env\b)\w)|\bloadEnvFile\b/,
    in: ['src/main/settings.ts', 'src/voice/settings.ts'],
  },
  {
    rule: 'fetch',
    use: /(?<![.\w$])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/,
    in: ['src/providers/http/vendor-http.ts'],
  },
  { rule: 'console', use: /(?<![.\w$])console\s*\./, in: ['src/cli/'] },
  { rule: 'permit', use: /\bmintPermit\b/, in: ['src/guard/permit.ts', 'src/guard/executor.ts'] },
];

/** Folders whose files, and all that they import at run time, are functions of their arguments alone. */
const isPureRoot = (path: string): boolean =>
  path.startsWith('src/audit/') || path.startsWith('src/comms/law/') || path.includes('/rules/');
const IMPURE =
  /(?<![.\w$])(?:async|await|Promise|setTimeout|setInterval|setImmediate|queueMicrotask|process(?!\.threadCpuUsage\()|console|fetch|WebSocket|Worker)\b/;
// `node:vm`, and what a thread has used: the only way to bound what a pattern from a stranger may take
const PURE_BUILTINS = ['node:crypto', 'node:url', 'node:buffer', 'node:vm'];
const IMPURE_PORTS = ['src/kernel/clock.ts', 'src/kernel/entropy.ts'];

export interface Fault {
  readonly rule: string;
  readonly path: string;
  readonly says: string;
}

interface File extends Source {
  readonly path: string;
  readonly imports: readonly (Import & { readonly path: string | null })[];
}

/** `sources`: text by path from the repository's root, such as `src/kernel/hash.ts`. Tests are not judged. */
export function architectureFaults(sources: ReadonlyMap<string, string>): readonly Fault[] {
  const files = new Map<string, File>();
  for (const [path, text] of sources) if (!path.endsWith('.test.ts')) files.set(path, readFile(path, text));
  return [
    ...[...files.values()].flatMap((file) => [...roomFaults(file), ...reservedFaults(file)]),
    ...pureFaults(files),
    ...cycles(files),
  ];
}

/** What the pages may be built from, besides their own files. */
const PAGES_USE = ['preact', 'preact/hooks', '@preact/signals', '@simplewebauthn/browser', 'uqr'];
const PAGES_RESERVED: readonly { readonly rule: string; readonly use: RegExp; readonly in: readonly string[] }[] = [
  {
    rule: 'fetch',
    use: /(?<![.\w$])(?:fetch\s*\(|XMLHttpRequest|EventSource|sendBeacon)/,
    in: ['console/src/api/http.ts'],
  },
  { rule: 'socket', use: /(?<![.\w$])WebSocket\b/, in: ['console/src/api/socket.ts'] },
  // the page's policy refuses these when they happen; here they are refused when they are written
  {
    rule: 'markup',
    use: /dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\s*\.\s*write|\beval\b|\bstyle=/,
    in: [],
  },
];

/** The rules of `console/`: it talks to the public API alone, so it shares no code with the house. */
export function consoleFaults(sources: ReadonlyMap<string, string>): readonly Fault[] {
  return [...sources].flatMap(([path, text]) => {
    const { code, imports } = readFile(path, text);
    const strange = imports.filter((one) =>
      one.path === null ? !PAGES_USE.includes(one.from ?? '') : !one.path.startsWith('console/src/'),
    );
    const reserved = PAGES_RESERVED.flatMap(({ rule, use, in: places }) => {
      const found = places.includes(path) ? null : use.exec(code);
      return found === null ? [] : [{ rule, path, says: `uses ${found[0].trim()}` }];
    });
    return [...strange.map(({ from }) => ({ rule: 'console', path, says: `must not import ${from}` })), ...reserved];
  });
}

function readFile(path: string, text: string): File {
  const source = readSource(text);
  const imports = importsOf(source).map((one) => ({
    ...one,
    path: one.from?.startsWith('.') ? posix.join(posix.dirname(path), one.from) : null,
  }));
  return { path, ...source, imports };
}

/** The one file that says which release this is. */
const MANIFEST_READER = 'src/main/version.ts';

/** Those that import somebody's own file, which has its name from the command line or the settings. */
const FILE_LOADERS = ['src/cli/voice/agent-file.ts', 'src/main/swarm-module.ts'];

const roomOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

function roomFaults({ path, imports }: File): readonly Fault[] {
  const room = roomOf(path);
  const floor = FLOORS[room];
  if (floor === undefined) return [{ rule: 'floors', path, says: 'is in no room of the table' }];
  return imports.flatMap((one): Fault[] => {
    if (one.from === null && FILE_LOADERS.includes(path)) return [];
    if (one.from === null)
      return [{ rule: 'floors', path, says: 'imports something computed, which nothing can check' }];
    if (one.path === null || (one.path === 'package.json' && path === MANIFEST_READER)) return [];
    const other = roomOf(one.path);
    const below = other === room || (FLOORS[other] ?? Number.POSITIVE_INFINITY) < floor;
    const allowed = other === room || ONLY[room] === undefined || ONLY[room].includes(other);
    return below && allowed ? [] : [{ rule: 'floors', path, says: `must not import ${one.path}` }];
  });
}

function reservedFaults({ path, code, imports }: File): readonly Fault[] {
  const faults: Fault[] = [];
  for (const { rule, use, in: places } of RESERVED) {
    const found = use.exec(code);
    const allowed = places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
    if (found !== null && !allowed) faults.push({ rule, path, says: `uses ${found[0].trim()}` });
  }
  for (const { from } of imports) {
    if (from === 'node:process') faults.push({ rule: 'environment', path, says: 'imports node:process' });
  }
  return faults;
}

function pureFaults(files: ReadonlyMap<string, File>): readonly Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const visit = (file: File, root: string) => {
    if (seen.has(file.path)) return;
    seen.add(file.path);
    const by = file.path === root ? '' : ` (and ${root} needs it)`;
    const fault = (says: string) => faults.push({ rule: 'purity', path: file.path, says: `${says}${by}` });
    const found = IMPURE.exec(file.code);
    if (found !== null) fault(`uses ${found[0]}`);
    for (const { rule, use } of RESERVED) if (use.test(file.code)) fault(`touches the ${rule}`);
    for (const one of file.imports) {
      if (file.path === root && IMPURE_PORTS.includes(one.path ?? '')) fault(`imports ${one.path}`);
      if (one.typeOnly) continue;
      if (one.from?.startsWith('node:') && !PURE_BUILTINS.includes(one.from)) fault(`imports ${one.from}`);
      const next = files.get(one.path ?? '');
      if (next !== undefined) visit(next, root);
    }
  };
  for (const file of files.values()) if (isPureRoot(file.path)) visit(file, file.path);
  return faults;
}

/** Type imports count too: two files that need each other's types are one idea, or need a third file. */
function cycles(files: ReadonlyMap<string, File>): readonly Fault[] {
  const faults: Fault[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start !== -1)
      faults.push({ rule: 'cycles', path, says: `is in a cycle: ${[...trail.slice(start), path].join(' → ')}` });
    if (start !== -1 || done.has(path)) return;
    for (const one of files.get(path)?.imports ?? []) if (one.path !== null) visit(one.path, [...trail, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return faults;
}
