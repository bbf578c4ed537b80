/**
 * Writes the documents that come from the code; with `--check` it writes nothing and exits 1 when one of them is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { configurationMarkdown, envExample, voiceConfigurationMarkdown } from '../src/main/settings-docs.ts';
import { swarmConfig } from '../src/swarm/config/schema.ts';
import { compliancePage } from './compliance-tables.ts';

const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationMarkdown,
  'docs/voice-configuration.md': voiceConfigurationMarkdown,
  '.env.example': envExample,
  'docs/compliance.md': compliancePage,
  'docs/swarm.schema.json': swarmSchema,
};

/** What editors complete `swarm.yaml` by; what its parts say of one another they can't know. */
function swarmSchema(): string {
  const schema = z.toJSONSchema(swarmConfig, { io: 'input' });
  return `${JSON.stringify({ title: 'swarm.yaml', ...schema }, null, 2)}\n`;
}

const check = process.argv.includes('--check');
for (const [path, render] of Object.entries(DOCUMENTS)) {
  const file = new URL(`../${path}`, import.meta.url);
  const text = render();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) {
    process.stderr.write(`${path} is stale; run: node scripts/generate-docs.ts\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    process.stdout.write(`${path} written\n`);
  }
}
