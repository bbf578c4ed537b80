/**
 * A schema that can check values and say itself as JSON Schema, by what schema libraries agreed on (standardschema.dev): Zod 4, and
 * others. Nothing of a library is imported, so that who uses none loads none.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly vendor: string;
    readonly validate: (value: unknown) => Checked<Output> | Promise<Checked<Output>>;
    readonly jsonSchema: {
      /** What goes in. `libraryOptions` are the library's own. */
      readonly input: (options: {
        readonly target: 'draft-2020-12';
        readonly libraryOptions?: Record<string, unknown>;
      }) => Record<string, unknown>;
    };
    readonly types?: { readonly output: Output } | undefined;
  };
}

type Checked<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What comes out of a schema. */
export type OutputOf<S> = S extends {
  readonly '~standard': { readonly types?: { readonly output: infer Output } | undefined };
}
  ? Output
  : never;

export const isStandardSchema = (given: object): given is StandardSchema => '~standard' in given;

/** Dates, big numbers and the like, which JSON Schema has no word for, are said as anything. */
export const jsonSchemaOf = (schema: StandardSchema): Record<string, unknown> =>
  schema['~standard'].jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } });

/** Where and what, such as `party: Too small`. */
export function issueText({ message, path = [] }: Issue): string {
  const at = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return `${at || 'arguments'}: ${message}`;
}
