/**
 * Nobody is called at night, nor marketed to at hours that the law of their place forbids, wherever the contact may be
 * (47 CFR 64.1200(c)(1); states and countries: `law/`). A text or mail that was asked for has no hours.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import { ofContact } from '../fences.ts';
import type { Ruling } from '../law/ruling.ts';
import { type Contacting, windowFor } from '../lawful.ts';
import { recipientPlace } from '../needs.ts';

export const callingWindowGuard = guard<Contacting>()({
  id: 'calling-window',
  stage: 'comply',
  needs: { place: recipientPlace },
  fences: ofContact,
  judge({ input, now }, { place }) {
    const { verdict, rulings } = windowFor(input, place, now);
    return verdict === 'allow' ? [] : rulings.filter((ruling) => ruling.verdict === 'deny').map(outside);
  },
});

export const outside = ({ rule, say, source, fact, opensAt }: Ruling): Deny => ({
  is: 'deny',
  code: 'outside_calling_hours',
  say,
  source,
  fact: `${rule}: ${fact}`,
  ...(opensAt === undefined ? {} : { retryAt: opensAt }),
});
