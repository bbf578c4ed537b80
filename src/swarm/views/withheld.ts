/**
 * What of a record is not shown to who may not read prompts: texts in which the output filter finds something. A model thinks with
 * its prompt before its eyes, and a tool may answer with the credential that it was given; to look at that is to have it.
 */
import type { OutputBook } from '../../guard/output/book.ts';
import type { Fingerprints } from '../../guard/output/fingerprints.ts';
import { inspectOutput } from '../../guard/output/inspect.ts';
import { boundedMap } from '../../kernel/bounded-map.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { payloadTexts } from '../rules/payload-texts.ts';
import type { Frame } from '../thread.ts';

export interface WithholdingParts {
  readonly outputBook: Pick<OutputBook, 'fingerprinter' | 'known'>;
  /** Of what the organisation keeps sealed. */
  readonly outputSecrets: (org: OrgId) => Promise<Fingerprints>;
}

/** Stands in the place of a text. */
export const WITHHELD = '[not shown: it holds what must not leave]';

/** Fingerprints of prompts are dear to make, and the same are looked at again. */
const MAX_PROMPTS = 1_000;

/** Whether a text, or any of those in a value, is withheld. */
type Withholds = (value: unknown) => boolean;

export function createWithholding({ outputBook, outputSecrets }: WithholdingParts) {
  const byTag = boundedMap<string, Fingerprints>(MAX_PROMPTS);
  const textsIn = payloadTexts((value: unknown) => value, '');

  function ofPrompt(prompt: string): Fingerprints {
    const tag = outputBook.fingerprinter.tag(prompt);
    const made = byTag.get(tag) ?? outputBook.fingerprinter.ofPrompt(prompt);
    byTag.set(tag, made);
    return made;
  }

  /** @param prompts those that the frame's agent may recite, by the configuration that it ran under. */
  return async (org: OrgId): Promise<(frame: Frame, prompts: readonly string[]) => Withholds> => {
    const { fingerprinter } = outputBook;
    const stored = await outputSecrets(org);
    return ({ agent }, prompts) => {
      const known = [...outputBook.known(org, agent), stored, ...prompts.map(ofPrompt)];
      return (value) => textsIn(value).some(({ text }) => inspectOutput(text, { fingerprinter, known }) !== null);
    };
  };
}
