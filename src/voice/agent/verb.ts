/** One step of a call script: a verb's name and what it is told. */
export interface Verb {
  readonly name: string;
  readonly config: unknown;
}

/** As it stands in a script. */
export const verbDocument = ({ name, config }: Verb): Readonly<Record<string, unknown>> => ({ [name]: config });
