/**
 * Configuration from a JSON file, with `${VARIABLE|default}` in its texts. Variables are put in after parsing, into texts alone:
 * whatever a variable holds, the structure is the file's. A file that is there and can't be read or understood stops the start:
 * taken for "no configuration", it would mean "no authentication" (a failure that was seen in the field).
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseStrictJson } from '../shield/strict-json.ts';
import { ConfigurationError } from './configuration-error.ts';
import { isPrototypeKey } from './security/safe-assign.ts';
import { environmentVariable, environmentVariables } from './settings.ts';

type Section = Record<string, unknown>;

const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 32;
const VARIABLE = /\$\{([^}|]*)(?:\|([^}]*))?\}/g;
const FILE_NAMES = ['config.json', 'agent_config.json'];

const folders = (): readonly string[] => ['.', 'config', '.swml', join(homedir(), '.swml'), '/etc/swml'];

export class ConfigFile {
  readonly configPaths: readonly string[];
  #config: Section = {};
  #file: string | null = null;
  #hasConfig = false;

  /**
   * @param filePaths one path, which must exist, or several, of which the first that exists is loaded, if any does.
   * @throws ConfigurationError
   */
  constructor(filePaths?: string | readonly string[]) {
    this.configPaths = typeof filePaths === 'string' ? [filePaths] : [...(filePaths ?? [])];
    const found = typeof filePaths === 'string' ? filePaths : this.configPaths.find(exists);
    if (found !== undefined) this.load(found);
  }

  /**
   * Loads the first file of this name: the service's own (`name` before its extension, `_`), in `additionalPaths` (folders or
   * files), then the working folder, `config`, `.swml`, `.swml` at home, `/etc/swml`. Null when there is none.
   * @throws ConfigurationError for one that is there and is not understood.
   */
  static search(filename: string, additionalPaths: readonly string[] = [], serviceName?: string): ConfigFile | null {
    const names = serviceName === undefined ? [filename] : [`${serviceName}_${filename}`, filename];
    const found = firstOf(names, additionalPaths);
    return found === null ? null : new ConfigFile(found);
  }

  /** The path of `<service>_config.json`, `config.json` or `agent_config.json` in the same places; null when there is none. */
  static findConfigFile(serviceName?: string, additionalPaths: readonly string[] = []): string | null {
    return firstOf(
      [...(serviceName === undefined ? [] : [`${serviceName}_config.json`]), ...FILE_NAMES],
      additionalPaths,
    );
  }

  /** @throws ConfigurationError for a file that is missing, can't be read, or is no JSON object. */
  load(filePath: string): this {
    this.#config = parse(filePath);
    this.#file = resolve(filePath);
    this.#hasConfig = true;
    return this;
  }

  /** Uses a copy of `config` instead of a file. */
  loadFromObject(config: Readonly<Section>): this {
    this.#config = structuredClone(config);
    this.#file = null;
    this.#hasConfig = true;
    return this;
  }

  /** The value at a dotted path such as `server.port`, variables put in; `defaultValue` when there is none. */
  get<T = unknown>(path: string, defaultValue?: T): T {
    const found = this.#at(path);
    return (found === undefined ? defaultValue : this.substituteVars(found)) as T;
  }

  /** Puts a value at a dotted path, making what lies between. Paths that reach a prototype are ignored. */
  set(path: string, value: unknown): this {
    const keys = keysOf(path);
    if (keys !== null) put(this.#config, keys, value);
    this.#hasConfig = true;
    return this;
  }

  has(path: string): boolean {
    return this.#at(path) !== undefined;
  }

  /** A section with its variables put in; empty when there is none, or it is no object. */
  getSection(section: string): Section {
    const found = this.get(section);
    return isSection(found) ? found : {};
  }

  /**
   * A copy with variables put in, and with each environment variable of the prefix that the configuration does not set:
   * `SWML_SSL_DOMAIN` as `ssl.domain`.
   */
  mergeWithEnv(envPrefix = 'SWML_'): Section {
    const merged = this.substituteVars(this.#config) as Section;
    for (const [name, value] of Object.entries(environmentVariables())) {
      const keys = name.startsWith(envPrefix) ? keysOf(name.slice(envPrefix.length).toLowerCase(), '_') : null;
      if (keys !== null && value !== undefined && at(merged, keys) === undefined) put(merged, keys, value, 'beside');
    }
    return merged;
  }

  /** The value with variables put into its texts, however deep they stand. @throws ConfigurationError beyond `maxDepth` levels. */
  substituteVars(value: unknown, maxDepth = MAX_DEPTH): unknown {
    if (typeof value === 'string') return this.interpolateEnvVars(value);
    if (typeof value !== 'object' || value === null) return value;
    if (maxDepth <= 0) throw new ConfigurationError('The configuration is nested too deep.');
    if (Array.isArray(value)) return value.map((one) => this.substituteVars(one, maxDepth - 1));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.substituteVars(one, maxDepth - 1)]));
  }

  /** The text with its variables put in, once: what a variable holds is not looked at again. Unset without default: empty. */
  interpolateEnvVars(input: string): string {
    return input.replace(VARIABLE, (_, name: string, fallback = '') => environmentVariable(name.trim()) ?? fallback);
  }

  /** A copy, as it stands in the file. */
  getConfig(): Section {
    return structuredClone(this.#config);
  }

  /** The absolute path of the file that was loaded. */
  getConfigFile(): string | null {
    return this.#file;
  }

  hasConfig(): boolean {
    return this.#hasConfig;
  }

  #at(path: string): unknown {
    const keys = keysOf(path);
    return keys === null ? undefined : at(this.#config, keys);
  }
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for a path that is none, or reaches a prototype. */
function keysOf(path: string, separator = '.'): readonly string[] | null {
  const keys = path.split(separator);
  return keys.some((key) => key === '' || isPrototypeKey(key)) ? null : keys;
}

function at(config: unknown, keys: readonly string[]): unknown {
  let value = config;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Section)[key];
  }
  return value;
}

/** @param mode `beside`: never in place of a value that is there. */
function put(config: Section, [key = '', ...rest]: readonly string[], value: unknown, mode?: 'beside'): void {
  if (rest.length === 0) {
    config[key] = value;
    return;
  }
  const inner = Object.hasOwn(config, key) ? config[key] : undefined;
  if (mode === 'beside' && inner !== undefined && !isSection(inner)) return;
  const section: Section = typeof inner === 'object' && inner !== null ? (inner as Section) : {};
  config[key] = section;
  put(section, rest, value, mode);
}

function firstOf(names: readonly string[], additionalPaths: readonly string[]): string | null {
  const places = [...additionalPaths, ...folders()];
  const own = additionalPaths.filter((path) => kindOf(path) === 'file');
  const paths = [...own, ...names.flatMap((name) => places.map((folder) => join(folder, name)))];
  return paths.find(exists) ?? null;
}

const exists = (path: string): boolean => kindOf(path) === 'file';

/** @throws ConfigurationError where it can't be told: a folder that may not be read is not an empty one. */
function kindOf(path: string): 'file' | 'folder' | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : stat.isDirectory() ? 'folder' : 'file';
  } catch (fault) {
    throw new ConfigurationError(`${path} can't be looked at (${codeOf(fault)}); let this user read it, or remove it.`);
  }
}

function parse(path: string): Section {
  let bytes: Buffer;
  try {
    if ((statSync(path).size ?? 0) > MAX_BYTES)
      throw new ConfigurationError(`${path} is larger than ${MAX_BYTES} bytes.`);
    bytes = readFileSync(path);
  } catch (fault) {
    if (fault instanceof ConfigurationError) throw fault;
    throw new ConfigurationError(`The configuration file ${path} can't be read (${codeOf(fault)}).`);
  }
  const parsed = parseStrictJson(bytes);
  if (!parsed.ok)
    throw new ConfigurationError(
      `${path}: ${parsed.error.message.replace('The body', 'The file')} Put variables into quotes: "\${NAME|default}".`,
    );
  if (!isSection(parsed.value)) throw new ConfigurationError(`${path} must hold a JSON object.`);
  return parsed.value;
}

const codeOf = (fault: unknown): string => String((fault as NodeJS.ErrnoException).code ?? 'unknown');
