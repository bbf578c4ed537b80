/**
 * A call is recorded only if that is said first, in words, and stops being recorded when the person objects: enough where
 * everybody on the line must agree, and our rule everywhere (state wiretapping laws, 18 U.S.C. § 2511; `law/`).
 */
import { type Finding, guard } from '../../guard/guard.ts';
import { ofContact } from '../fences.ts';
import { type Contacting, recordingFor } from '../lawful.ts';
import { recipientPlace } from '../needs.ts';
import { canAnnounce, type FirstWords } from '../rules/call-opening.ts';
import { noWords } from './ai-disclosure.ts';

/** Everywhere, whatever the law of the place asks for besides. */
const ALWAYS = ['announce_recording', 'stop_recording_on_objection'] as const;

export const recordingConsentGuard = guard<Contacting & FirstWords>()({
  id: 'recording-consent',
  stage: 'comply',
  needs: { place: recipientPlace },
  fences: ofContact,
  judge({ input }, { place }): readonly Finding[] {
    const ruling = recordingFor(input, place);
    if (ruling === null) return [];
    if (!canAnnounce(input)) {
      const strictest = ruling.rulings.find(({ consent }) => consent === ruling.consent);
      const source = strictest?.source ?? 'announced before it begins';
      return [noWords('A recording must be announced before it begins', input, source)];
    }
    return [...new Set<string>([...ALWAYS, ...ruling.duties.map(({ duty }) => duty)])].map((duty) => ({
      is: 'duty',
      duty,
    }));
  },
});
