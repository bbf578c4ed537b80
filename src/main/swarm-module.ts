/**
 * The file of a swarm's configuration, read: text as it stands, or a module whose default export is `defineSwarm(…)`. A
 * module is run: whoever names it trusts it. The second place that imports a file by a name that nobody knew before.
 */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { fromUtf8, toBase64url } from '../kernel/encoding.ts';
import { SallyportError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/hash.ts';
import { MAX_SOURCE_CHARS } from '../swarm/config/yaml.ts';
import { type AnyHandler, isSwarmDefinition } from '../swarm/define.ts';

export interface SwarmSourceFile {
  /** YAML or JSON. */
  readonly source: string;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
}

const MODULE = /\.[mc]?[jt]s$/;
const MAX_BYTES = 4 * MAX_SOURCE_CHARS;

/** @throws SallyportError in words about the file, which repeat nothing of what stands in it. */
export async function readSwarmSource(file: string): Promise<SwarmSourceFile> {
  const path = resolve(file);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw bad(`There is no file ${file}.`);
  if (found.size > MAX_BYTES) throw bad(`${file} is larger than a configuration may be.`);
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw bad(`${file} can't be read by this user.`);
  if (MODULE.test(path)) return ofModule(file, path, toBase64url(sha256(bytes)));
  const source = fromUtf8(bytes);
  if (source === null) throw bad(`${file} is not text in UTF-8.`);
  return { source, handlers: NONE };
}

const NONE: ReadonlyMap<string, AnyHandler> = new Map();

/** @param version of its content: what was imported once is not read again. What it imports itself stays as it was. */
async function ofModule(file: string, path: string, version: string): Promise<SwarmSourceFile> {
  const url = `${pathToFileURL(path).href}?v=${version}`;
  const { default: definition } = await import(url).catch((cause: unknown) => {
    throw bad(`${file} failed while it was loaded; run it by itself with node to see why.`, cause);
  });
  if (!isSwarmDefinition(definition))
    throw bad(`${file} has no default export made by defineSwarm of sallyport/swarm.`);
  try {
    const source = canonicalJson(JSON.parse(JSON.stringify(definition.source)) as Json);
    return { source, handlers: definition.handlers };
  } catch (cause) {
    throw bad(`${file} defines a swarm that is not plain data.`, cause);
  }
}

const bad = (say: string, cause?: unknown) => new SallyportError('invalid_input', say, { cause });
