/**
 * The platform's own description of call scripts, where the contracts' folder is present: documents, verbs and actions are checked
 * against it. Without it nothing is proven; suites say so in their title (`describeContract`), and in CI a test fails.
 */
import { dereference, type OutputUnit, type Schema, validate } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { contractTitle, hasContract, readContract } from '../contracts/contracts-folder.ts';

const FILE = 'swml.schema.json';

// biome-ignore lint/suspicious/noExplicitAny: a description of any shape, looked into
export const swmlSchema: any = hasContract(FILE) ? readContract(FILE) : { $defs: {} };
const lookup = dereference(swmlSchema);

/** A suite that needs the description. */
export function describeContract(body: () => void): void {
  describe.skipIf(!hasContract(FILE))(contractTitle(FILE), body);
  it.runIf(process.env['CI'] !== undefined)(`${FILE} is there in CI`, () => expect(hasContract(FILE)).toBe(true));
}

/** The name of a verb's definition, such as `RecordCall`, by the verb's. */
const VERB_DEFINITIONS: ReadonlyMap<string, string> = new Map(
  definitionsOf('SWMLMethod').map((name) => [swmlSchema.$defs[name].required[0], name]),
);

/** What each verb may be told, as JSON Schema. */
export const contractVerbs: ReadonlyMap<string, object> = new Map(
  [...VERB_DEFINITIONS].map(([verb, name]) => [verb, swmlSchema.$defs[name].properties[verb]]),
);

/** Names of the actions that the description knows, such as `hangup`. */
export const contractActions: readonly string[] = definitionsOf('Action').map(
  (name) => swmlSchema.$defs[name].required[0],
);

function definitionsOf(union: string): readonly string[] {
  return (swmlSchema.$defs[union]?.anyOf ?? []).map(({ $ref }: { $ref: string }) => $ref.replace(/^.*\//, ''));
}

/** What is wrong with a whole script; nothing: []. */
export function scriptFaults(document: unknown): readonly string[] {
  const faults = faultsOf(document, swmlSchema);
  if (faults.length === 0) return faults;
  const sections = Object.entries((document as { sections?: object } | null)?.sections ?? {});
  const ofVerbs = sections.flatMap(([section, verbs]) =>
    Array.isArray(verbs)
      ? verbs.flatMap((verb, index) =>
          Object.entries(verb).flatMap(([name, config]) =>
            verbFaults(name, config).map((fault) => `${section}[${index}] ${fault}`),
          ),
        )
      : [],
  );
  return ofVerbs.length > 0 ? ofVerbs : faults;
}

/** What is wrong with one step of a script. */
export function verbFaults(name: string, config: unknown): readonly string[] {
  return namedFaults(VERB_DEFINITIONS.get(name), { [name]: config });
}

/** What is wrong with an action of a function's answer. */
export function actionFaults(action: object): readonly string[] {
  const known = definitionsOf('Action').find((name) => swmlSchema.$defs[name].required[0] in action);
  return namedFaults(known, action);
}

/** What is wrong with a function as it stands in a script. */
export const functionFaults = (definition: object): readonly string[] => namedFaults('UserSWAIGFunction', definition);

const namedFaults = (definition: string | undefined, value: object): readonly string[] =>
  definition === undefined
    ? [`${Object.keys(value).join(', ')}: not in the description`]
    : faultsOf(value, swmlSchema.$defs[definition]);

function faultsOf(value: unknown, schema: Schema): readonly string[] {
  if (validate(value as never, schema, '2020-12', lookup, true).valid) return [];
  return deepest(validate(value as never, schema, '2020-12', lookup, false).errors);
}

/** The faults that others follow from. */
function deepest(errors: readonly OutputUnit[]): readonly string[] {
  const depth = ({ instanceLocation }: OutputUnit) => instanceLocation.split('/').length;
  const most = Math.max(...errors.map(depth));
  const texts = errors
    .filter((one) => depth(one) === most)
    .map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  return [...new Set(texts)].slice(0, 8);
}
