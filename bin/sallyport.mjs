#!/usr/bin/env node
// The command's entry in plain JavaScript, so that an old Node can read it and say what is missing.
import { existsSync } from 'node:fs';

const NEEDED = 26;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `Sallyport needs Node ${NEEDED} or later; this is ${process.version}. In a checkout run it through npm, which brings its own: npm run sallyport -- <command>\n`,
  );
  process.exit(2);
}
// a checkout runs its sources; a published package has only what was built from them
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
