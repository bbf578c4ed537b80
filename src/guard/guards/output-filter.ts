/**
 * The output filter as a guard, on every action by which an agent reaches somebody: no secret that the house knows, no canary,
 * no token and no piece of a prompt leaves in it. What is told and kept of a refusal names the field and the kind, never more.
 */
import { need } from '../facts.ts';
import { type AnyGuard, type Deny, guard } from '../guard.ts';
import { FIELD_KINDS, type FieldKind } from '../input/fields.ts';
import { type FieldSpec, textsIn } from '../input/inspect.ts';
import type { OutputBook } from '../output/book.ts';
import { inspectOutput, type Leak } from '../output/inspect.ts';
import { guardFacts } from '../writes.ts';

/** All but whom it goes to. */
const LEAVES: ReadonlySet<FieldKind> = new Set(
  (Object.keys(FIELD_KINDS) as FieldKind[]).filter((kind) => kind !== 'id' && kind !== 'address'),
);
/** Of a file, so much is looked at. */
const MAX_FILE_CHARS = 100_000;

const SAYS: Readonly<Record<Leak, string>> = {
  secret: 'a secret',
  canary: 'a text that must never leave',
  prompt: 'a part of an agent’s instructions',
  token: 'a token or private key',
};

const storedSecrets = need<unknown>()(guardFacts.outputSecrets, () => 'self' as const);

/**
 * The texts of an input that leave, of files what can be read.
 * @param htmlWords what a reader sees of HTML: markup stands between the letters of what is told.
 */
export const leavingTexts =
  (fields: readonly FieldSpec[], htmlWords: (html: string) => readonly string[]) =>
  (input: unknown): readonly LeavingText[] =>
    [...textsIn(fields, LEAVES, input)].flatMap(({ path, kind, text }) => {
      if (kind === 'bytes') return [{ path, text: fileText(text) }];
      const words = kind === 'html' ? htmlWords(text) : [];
      return [text, ...words].map((one) => ({ path, text: one }));
    });

interface LeavingText {
  readonly path: string;
  readonly text: string;
}

/** @param texts of the input, as they would leave. */
export const outputFilter = <I>(texts: (input: I) => readonly LeavingText[], book: OutputBook): AnyGuard =>
  guard<I>()({
    id: 'output-filter',
    stage: 'comply',
    needs: { stored: storedSecrets },
    judge({ input, org, agent }, { stored }) {
      if (stored === null) throw new TypeError('what must not leave is not known');
      const { fingerprinter } = book;
      const known = [...book.known(org, agent), stored];
      for (const { path, text } of texts(input)) {
        const leak = inspectOutput(text, { fingerprinter, known });
        if (leak !== null) return [blocked(path, leak)];
      }
      return [];
    },
  });

const fileText = (content: string): string =>
  Buffer.from(content.slice(0, MAX_FILE_CHARS * 2), 'base64')
    .toString('utf8')
    .slice(0, MAX_FILE_CHARS);

const blocked = (path: string, leak: Leak): Deny => ({
  is: 'deny',
  code: 'output_blocked',
  say: `${path}: holds ${SAYS[leak]} and is not sent. Write it without.`,
  source: 'output filter',
  fact: `field ${path}: ${leak}`,
});
