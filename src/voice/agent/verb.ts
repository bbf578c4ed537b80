import { checkVerb } from './verbs.ts';

/** One step of a call script: a verb's name and what it is told. */
export interface Verb {
  readonly name: string;
  readonly config: unknown;
}

/** @throws ConfigurationError for a verb that is not known, or that is told something of another kind */
export function checkedVerb(name: string, config: unknown): Verb {
  checkVerb(name, config);
  return { name, config };
}

/** As it stands in a script. */
export const verbDocument = ({ name, config }: Verb): Readonly<Record<string, unknown>> => ({ [name]: config });
