/**
 * How often codes go to one person. Threats: sign-in pages used to bomb somebody with codes; more attempts at guessing by more
 * codes. An agent's five an hour bound the guesses (15 in an hour), the organisation's ten in 24 hours the nuisance.
 */
import { guard } from '../../guard/guard.ts';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { agentCodes, codes } from '../meters.ts';
import { contactOf, type Outreach } from '../recipient.ts';

const PER_AGENT = {
  limit: 5,
  window: { ms: HOUR_MS },
  code: 'contact_frequency',
  name: 'codesPerContactPerHour',
} as const;
const PER_ORGANIZATION = {
  limit: 10,
  window: { ms: DAY_MS },
  code: 'contact_frequency',
  name: 'codesPerContactPerDay',
} as const;

export const codeFrequencyGuard = guard<Outreach>()({
  id: 'code-frequency',
  stage: 'limit',
  needs: {},
  judge({ agent, input }) {
    const contact = known(contactOf(input), 'readable address');
    return [
      { is: 'take', take: { meter: agentCodes(known(agent, 'agent')), contact, amount: 1, caps: [PER_AGENT] } },
      { is: 'take', take: { meter: codes, contact, amount: 1, caps: [PER_ORGANIZATION] } },
    ];
  },
});
