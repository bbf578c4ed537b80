/** The functions of a service by name, immutable: a change makes another table. */
import { ownCopy } from '../agent/own-copy.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { SwaigFunction } from '../swaig-function.ts';
import { isFunctionName } from './function-name.ts';

/** A function as it stands in a script, that this service does not run itself. */
export type RawFunction = Readonly<Record<string, unknown>> & { readonly function: string };
export type FunctionTable = ReadonlyMap<string, SwaigFunction | RawFunction>;

/** @throws ConfigurationError for a raw definition without a name that the platform can call. */
export function withFunction(
  table: FunctionTable,
  entry: SwaigFunction | Readonly<Record<string, unknown>>,
): FunctionTable {
  if (entry instanceof SwaigFunction) return new Map([...table, [entry.name, entry]]);
  const { function: name } = entry;
  if (!isFunctionName(name)) throw new ConfigurationError('A raw function needs its name in `function`.');
  return new Map([...table, [name, ownCopy(entry) as RawFunction]]);
}

export const withoutFunction = (table: FunctionTable, name: string): FunctionTable =>
  new Map([...table].filter(([one]) => one !== name));

/** What a person or a model may be told of it. */
export interface FunctionSummary {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function summaryOf(entry: SwaigFunction | RawFunction): FunctionSummary {
  if (entry instanceof SwaigFunction) {
    const { name, description, parameters } = entry;
    return { name, description, parameters };
  }
  const { function: name, description, purpose, parameters, argument } = entry;
  return {
    name,
    description: String(description ?? purpose ?? ''),
    parameters: (parameters ?? argument ?? {}) as object as FunctionSummary['parameters'],
  };
}
