/**
 * Texts that came from a model, a handler or a tool, as a step keeps them: of any length and with any characters they come in,
 * and each is read again at every later step. Of what is too long the beginning and the end are kept.
 */
import { storable } from '../../guard/input/storable.ts';
import type { CallResult } from '../thread.ts';

/** As much as a payload may have. */
export const MAX_TEXT = 200_000;
const MAX_NAME = 200;

export const boundedResult = ({ text, isError }: CallResult): CallResult => ({
  text: storable(text, MAX_TEXT),
  isError,
});

/** The name or id that a model gave a call: it stands in a column of its own. */
export const boundedName = (name: string): string => storable(name, MAX_NAME);
