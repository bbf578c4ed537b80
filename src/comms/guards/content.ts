/**
 * The content filter (C18) on every text that an outreach action takes, whatever its fields are called: threats and hate
 * speech are refused under every policy, profanity too unless the operator lets it through. What is told and kept of a
 * refusal names the field, the category and the rule, never the text.
 */
import { type AnyGuard, type Finding, guard } from '../../guard/guard.ts';
import type { FieldKind } from '../../guard/input/fields.ts';
import { type FieldSpec, type TextAt, textsIn } from '../../guard/input/inspect.ts';
import { known } from '../../tenancy/known.ts';
import { type ContentFinding, inspectText } from '../content/inspect.ts';
import type { Category } from '../content/rule.ts';
import { ownOrganization } from '../needs.ts';
import { everyHtmlWord, htmlText } from '../rules/html-text.ts';

export type ContentPolicy = 'standard' | 'strict' | 'lenient';

/** What a person reads, or hears read. */
const READ_BY_PEOPLE: ReadonlySet<FieldKind> = new Set(['prose', 'subject', 'html', 'name', 'filename']);

const SAY: Record<Category, string> = { threat: 'a threat', hate: 'hate speech', profanity: 'profanity' };

const READS: Record<ContentFinding['gravity'], string> = {
  plain: 'reads as ',
  mild: 'reads as mild ',
  quoted: 'quotes ',
};

export const contentGuard = (policy: ContentPolicy, fields: readonly FieldSpec[]): AnyGuard =>
  guard<unknown>()({
    id: 'content',
    stage: 'comply',
    needs: {},
    judge({ input }) {
      const texts = [...textsIn(fields, READ_BY_PEOPLE, input)];
      return findingsIn(
        policy,
        texts.flatMap(({ path, kind, text }) =>
          (kind === 'html' ? [htmlText(text), everyHtmlWord(text)] : [text]).map((words) => ({ path, words })),
        ),
      );
    },
  });

/** Of an action whose text is the house's own around the organisation's name: what is read is the name. */
export const nameContentGuard = (policy: ContentPolicy) =>
  guard<unknown>()({
    id: 'content-name',
    stage: 'comply',
    needs: { organization: ownOrganization },
    judge: (_request, { organization }) =>
      findingsIn(policy, [{ path: 'name of the organisation', words: known(organization, 'organisation').name }]),
  });

function findingsIn(
  policy: ContentPolicy,
  texts: readonly { readonly path: TextAt['path']; readonly words: string }[],
): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const { path, words } of texts) {
    for (const found of inspectText(words)) {
      const finding = findingOf(policy, path, found);
      const name = `${path} ${finding.is} ${found.category}`;
      if (!findings.has(name)) findings.set(name, finding); // one for each category is enough to know what to change
    }
  }
  return [...findings.values()];
}

function findingOf(policy: ContentPolicy, path: TextAt['path'], { category, gravity, rule }: ContentFinding): Finding {
  if (isLetThrough(policy, category, gravity)) {
    return {
      is: 'warn',
      code: 'flagged_content',
      say: `${path} ${READS[gravity]}${SAY[category]} (rule ${rule}); it is delivered unchanged.`,
    };
  }
  return {
    is: 'deny',
    code: 'content_refused',
    say: `${path}: reads as ${SAY[category]} (rule ${rule}) and is not sent. Write it differently.`,
    source: 'CONTENT_POLICY',
    fact: `field ${path}: ${rule}`,
  };
}

function isLetThrough(policy: ContentPolicy, category: Category, gravity: ContentFinding['gravity']): boolean {
  if (gravity === 'quoted') return true;
  return gravity === 'mild' ? policy !== 'strict' : category === 'profanity' && policy === 'lenient';
}
