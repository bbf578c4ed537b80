/**
 * Writes what the product consists of as a software bill of materials (CycloneDX), from the lock file, and prints a summary. Made
 * by npm itself, without the registry, so that there always is one; exits with 1 when it is not what the lock file says.
 * Development tools are not in it: they do not ship. (npm's own `--omit dev` also leaves out whatever a tool needs as well: 124 of
 * 169 packages, zod and hono among them.)
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const ROOT = new URL('../', import.meta.url);
const FOLDER = new URL('test-results/', ROOT);
const FILE = new URL('sbom.cdx.json', FOLDER);

const licence = z.object({ license: z.object({ id: z.string() }).optional(), expression: z.string().optional() });
const component = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string().startsWith('pkg:npm/'),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).nonempty(),
  licenses: z.array(licence).default([]),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});
const billShape = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string(), version: z.string() }) }),
  components: z.array(component).nonempty(),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const lockShape = z.object({
  name: z.string(),
  packages: z.record(
    z.string(),
    z.object({ version: z.string(), name: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

const bill = billShape.parse(JSON.parse(madeByNpm()));
const lock = lockShape.parse(JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')));

const components = bill.components.filter(
  ({ properties }) => !properties.some(({ name }) => name === 'cdx:npm:package:development'),
);
const left = new Set(components.map((one) => one['bom-ref']));
const kept = (ref: string) => left.has(ref) || ref.startsWith(`${lock.name}@`);
const { component: product } = bill.metadata;
const text = `${JSON.stringify(
  {
    ...bill,
    metadata: { ...bill.metadata, component: { ...product, name: lock.name } }, // npm calls it by its folder
    components,
    dependencies: bill.dependencies
      .filter(({ ref }) => kept(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(kept) })),
  },
  null,
  2,
)}\n`;

const found = new Set(components.map(({ name, version }) => `${name}@${version}`));
const locked = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && dev !== true)
  .map(
    ([path, { name, version }]) =>
      `${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
  );
const differing = [...found].filter((one) => !locked.includes(one)).concat(locked.filter((one) => !found.has(one)));
if (differing.length > 0)
  throw new Error(`the bill of materials is not what package-lock.json says: ${differing.join(', ')}`);

mkdirSync(FOLDER, { recursive: true });
writeFileSync(FILE, text);
process.stdout.write(
  `CycloneDX ${bill.specVersion}, ${found.size} packages (${licences()})\n` +
    `${fileURLToPath(FILE)}\nSHA-256 ${createHash('sha256').update(text).digest('hex')}\n`,
);

function madeByNpm(): string {
  const format = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const options = { cwd: fileURLToPath(ROOT), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', ...format], options);
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  return stdout;
}

/** How many packages come under which licence, most first. */
function licences(): string {
  const counts = new Map<string, number>();
  for (const { licenses } of components) {
    const said = licenses.map(({ license, expression }) => license?.id ?? expression ?? 'unknown').join(' and ');
    counts.set(said === '' ? 'none said' : said, (counts.get(said === '' ? 'none said' : said) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
