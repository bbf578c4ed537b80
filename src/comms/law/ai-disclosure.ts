/** What an artificial voice owes the person whom it calls. */
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import type { Place } from './place.ts';
import type { LegalDuty } from './ruling.ts';
import { law } from './sourced.ts';

export interface DisclosureQuestion {
  readonly place: Place;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** An artificial voice speaks, or a model writes without a person reading it first. */
  readonly ai: boolean;
}

/** None when a person speaks. */
export function aiDisclosure({ channel, purpose, ai }: DisclosureQuestion): readonly LegalDuty[] {
  if (!ai || channel !== 'voice') return [];
  return [
    {
      duty: 'disclose_ai_first',
      say: 'Say in the first sentence that an artificial voice is speaking.',
      ...law('Q', 'FCC 24-17; 47 CFR 64.1200(b)(1)'),
    },
    ...(purpose === 'marketing'
      ? [
          {
            duty: 'opt_out_in_call',
            say: 'Offer a way to opt out within two seconds of saying who calls.',
            ...law('Q', '47 CFR 64.1200(b)(3)'),
          } as const,
        ]
      : []),
  ];
}
