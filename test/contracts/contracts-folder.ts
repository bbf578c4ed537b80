/** Where the vendors' own interface descriptions are, beside the repository (its CONTRIBUTING says how they get there). */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CONTRACTS = resolve(ROOT, process.env['SALLYPORT_CONTRACTS'] ?? '../shared/contracts');

export const hasContract = (file: string): boolean => existsSync(resolve(CONTRACTS, file));

/** A suite's title: says loudly that it is skipped, and why. */
export const contractTitle = (file: string): string =>
  hasContract(file)
    ? `against ${file}`
    : `SKIPPED, nothing is proven: ${file} is not in ../shared/contracts (or set SALLYPORT_CONTRACTS)`;

// biome-ignore lint/suspicious/noExplicitAny: a description of any shape, looked into
export const readContract = (file: string): any => JSON.parse(readFileSync(resolve(CONTRACTS, file), 'utf8'));
