/**
 * `npm run pack`: lays out what is published in `pack/`: the compiled program, its command, and a manifest of its own. That one names
 * what it needs at run time alone; the Node that the repository pins for itself is left out, and a user's own Node is asked for.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };

const PACK = new URL('../pack/', import.meta.url);
const FILES = ['dist', 'console/dist', 'bin', 'README.md', 'LICENSE', 'CHANGELOG.md'];

const { name, version, description, license, type, bin, dependencies } = manifest;
const sdk = { types: './dist/voice/index.d.ts', default: './dist/voice/index.js' };
const swarm = { types: './dist/swarm/index.d.ts', default: './dist/swarm/index.js' };
const published = {
  name,
  version,
  description,
  license,
  type,
  engines: { node: '>=26' },
  bin,
  exports: { '.': sdk, './swarm': swarm, './voice': sdk, './package.json': './package.json' },
  dependencies,
};

rmSync(PACK, { recursive: true, force: true });
mkdirSync(PACK);
for (const file of FILES) cpSync(new URL(`../${file}`, import.meta.url), new URL(file, PACK), { recursive: true });
writeFileSync(new URL('package.json', PACK), `${JSON.stringify(published, null, 2)}\n`);
