/** One definition (`$defs`) of the published schema of call scripts, as a check. The schema stays outside the repository. */
import { type Schema, Validator } from '@cfworker/json-schema';
import { expect, test } from 'vitest';
import { contractTitle, hasContract, readContract } from '../contracts/contracts-folder.ts';

const FILE = 'swml.schema.json';
export const hasSchema = hasContract(FILE);
export const schemaTitle = contractTitle(FILE);

/** In CI a proof that skips itself is a failure. */
export function schemaMustBeThereInCi(): void {
  test.runIf(!hasSchema && process.env['CI'] !== undefined)('the schema is there in CI', () =>
    expect(hasSchema).toBe(true),
  );
}

/** What is wrong with a value by that definition; empty if nothing is. */
export function schemaPart(definition: string): (value: unknown) => readonly string[] {
  const { $schema, $defs } = readContract(FILE) as Schema & { $defs: Record<string, Schema> };
  if (!Object.hasOwn($defs, definition)) throw new Error(`the schema has no definition ${definition}`);
  const validator = new Validator({ $schema, $defs, $ref: `#/$defs/${definition}` } as Schema, '2020-12', false);
  return (value) =>
    validator
      .validate(JSON.parse(JSON.stringify(value)))
      .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}
