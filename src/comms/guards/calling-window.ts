/**
 * Nobody is called at night, nor marketed to at hours that the law of their place forbids, wherever the contact may be
 * (47 CFR 64.1200(c)(1); states and countries: `law/`). A text or mail that was asked for has no hours.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import { ofContact } from '../fences.ts';
import type { Ruling } from '../law/ruling.ts';
import { type Contacting, foldAlike, windowFor } from '../lawful.ts';
import { recipientPlace } from '../needs.ts';

export const callingWindowGuard = guard<Contacting>()({
  id: 'calling-window',
  stage: 'comply',
  needs: { place: recipientPlace },
  fences: ofContact,
  judge({ input, now }, { place }) {
    const { verdict, rulings } = windowFor(input, place, now);
    return verdict === 'allow' ? [] : outside(rulings);
  },
});

const outside = (rulings: readonly Ruling[]): readonly Deny[] =>
  foldAlike(
    rulings.filter(({ verdict }) => verdict === 'deny'),
    ({ say, source, fact }) => [say, source, fact],
  ).map(({ first: { say, source, fact, opensAt }, rules }) => ({
    is: 'deny',
    code: 'outside_calling_hours',
    say,
    source,
    fact: `${rules}: ${fact}`,
    ...(opensAt === undefined ? {} : { retryAt: opensAt }),
  }));
