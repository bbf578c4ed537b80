/** Records that a registration of the organisation's senders was handed in: with a carrier, a registry or an authority. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { countryField } from '../capabilities.ts';
import { REGISTRATION_KINDS, type RegistrationKind } from '../law/registration-kind.ts';
import { ownRegistrations } from '../needs.ts';
import { requirementsOf } from '../registration.ts';
import { missingRegistrations } from '../rules/registration.ts';
import { commsWrite } from '../writes.ts';
import { missingView } from './registration-view.ts';

interface Input {
  readonly country: string;
  readonly kind: RegistrationKind;
}
/** Of one country and kind; more would be a mistake, and every send reads them all. */
const MOST = 20;

const registrationFormGuard = guard<Input>()({
  id: 'registration-form',
  stage: 'validate',
  needs: { registrations: ownRegistrations },
  judge({ input: { country, kind } }, { registrations }) {
    const asksFor = requirementsOf(country, 'sms').map((one) => one.kind);
    if (!asksFor.includes(kind)) {
      const kinds = asksFor.length === 0 ? 'no registration that is known here' : asksFor.join(', ');
      const say = `kind: ${country} asks for ${kinds}, not for ${kind}.`;
      return [{ is: 'deny', code: 'invalid_input', say, source: 'requirements of the country' }];
    }
    const before = (registrations ?? []).filter((one) => one.country === country && one.kind === kind);
    if (before.length < MOST) return [];
    const say = `There are ${MOST} registrations of this country and kind already.`;
    return [{ is: 'deny', code: 'conflict', say, source: 'registrations of an organisation' }];
  },
});

export const submitRegistration = (): AnyAction =>
  stateAction({
    name: 'comms.submit_registration',
    version: 1,
    says: "Submits a registration of the organisation's senders that a country asks for, and tells what is still missing there.",
    input: z.object({
      country: countryField.describe('Where the senders are: an ISO 3166 code of two capital letters.'),
      kind: z.enum(REGISTRATION_KINDS),
      details: field.prose(4_000).min(1).describe('What was registered and where: brand, campaign, header, reference.'),
    }),
    output: z.object({ registrationId: z.string(), status: z.literal('submitted'), missing: missingView }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    guards: [registrationFormGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { registrations: ownRegistrations },
    change({ input: { country, kind, details }, by, now }, { registrations }, mint) {
      const id = mint.id('reg');
      const at = { sender: null, now };
      const missing = missingRegistrations(requirementsOf(country, 'sms'), country, registrations ?? [], at);
      return {
        writes: [
          commsWrite('registration.submit', { id, country, kind, details, by: by.id, action: mint.action, at: now }),
        ],
        output: {
          registrationId: id,
          status: 'submitted' as const,
          missing: missing.map(({ kind, needs, source }) => ({ kind, needs, source })),
        },
      };
    },
  });
