/**
 * Who is called by an AI hears so before anything else, and for whom it calls; marketing offers the way out at once (FCC
 * 24-17, 47 CFR 64.1200(b); EU AI Act art. 50(1)). The carrier gets these as duties. Where the server has no words for it
 * in the call's language the greeting must have them, else nobody is called.
 */
import { type Deny, type Finding, guard } from '../../guard/guard.ts';
import { ofContact } from '../fences.ts';
import { type Contacting, disclosureFor } from '../lawful.ts';
import { recipientPlace } from '../needs.ts';
import { canAnnounce, disclosesAi, type FirstWords, OPENING_LANGUAGES } from '../rules/call-opening.ts';

/** Words that a call needs and that nobody has. */
export const noWords = (what: string, { language = 'en' }: FirstWords, source: string): Deny => ({
  is: 'deny',
  code: 'disclosure_required',
  say: `${what}, and the server has no words for it in this language. Call in one of ${OPENING_LANGUAGES.join(', ')}.`,
  source,
  fact: `language ${language}`,
});

export const aiDisclosureGuard = guard<Contacting & FirstWords>()({
  id: 'ai-disclosure',
  stage: 'comply',
  needs: { place: recipientPlace },
  fences: ofContact,
  judge({ input }, { place }): readonly Finding[] {
    if (input.channel !== 'voice') return [];
    const duties = new Map(disclosureFor(input, place).map((one) => [one.duty, one]));
    return [...duties.values()].flatMap(({ duty, say, source }): readonly Finding[] => {
      if (duty === 'disclose_ai_first' && !disclosesAi(input)) {
        const must = 'The person must hear in the first sentence that an AI is calling: say it in the greeting';
        return [noWords(must, input, source)];
      }
      if (duty === 'opt_out_in_call' && !canAnnounce(input)) return [noWords(say.replace(/\.$/, ''), input, source)];
      return [{ is: 'duty', duty }];
    });
  },
});
