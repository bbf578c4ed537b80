/** Records how far a registration has come. What its end forbids and has not left yet does not leave. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import type { RegistrationId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts, type KeptRegistration } from '../facts.ts';
import { REGISTRATION_KINDS } from '../law/registration-kind.ts';
import { requirementsOf } from '../registration.ts';
import { inForce, missingRegistrations, REGISTRATION_STATES, type RegistrationState } from '../rules/registration.ts';
import { commsWrite } from '../writes.ts';
import { missingView } from './registration-view.ts';

interface Input {
  readonly registrationId: RegistrationId;
  readonly status: RegistrationState;
  readonly expiresAt?: string | undefined;
}

const registrationsNeed = need<Input>()(commsFacts.registrations, () => 'self' as const);
const named = (registrations: readonly KeptRegistration[] | null, { registrationId }: Input) =>
  registrations?.find(({ id }) => id === registrationId) ?? null;
/** In ms. */
const endOf = ({ expiresAt }: Input): number | null => (expiresAt === undefined ? null : Date.parse(expiresAt));

const ownRegistrationGuard = guard<Input>()({
  id: 'own-registration',
  stage: 'comply',
  needs: { registrations: registrationsNeed },
  judge({ input, now }, { registrations }): readonly Deny[] {
    if (named(registrations, input) === null) {
      const say = 'The organisation has no such registration; comms_list_registrations shows those it has.';
      return [{ is: 'deny', code: 'not_found', say, source: 'registrations of the organisation' }];
    }
    const end = endOf(input);
    if (end === null) return [];
    const problem = (what: string): readonly Deny[] => [
      { is: 'deny', code: 'invalid_input', say: `expiresAt: ${what}`, source: 'form of a registration' },
    ];
    if (input.status !== 'approved') return problem('only an approval runs out.');
    return end > now ? [] : problem('lies in the past; set the status to rejected instead.');
  },
});

export const setRegistrationStatus = (): AnyAction =>
  stateAction({
    name: 'comms.set_registration_status',
    version: 1,
    says: "Sets how far an organisation's registration has come; once approved it counts, and no longer once it is not.",
    input: z.object({
      registrationId: field.id('reg'),
      status: z.enum(REGISTRATION_STATES),
      expiresAt: field.time().optional().describe('When the approval runs out. Left out: it is not known to.'),
      note: field.prose(1_000).optional().describe('Why; shown to the organisation.'),
    }),
    output: z.object({
      registrationId: z.string(),
      country: z.string(),
      kind: z.enum(REGISTRATION_KINDS),
      status: z.enum(REGISTRATION_STATES),
      expiresAt: z.string().nullable(),
      missing: missingView,
    }),
    access: 'platform:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [ownRegistrationGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { registrations: registrationsNeed },
    change({ input, org, now }, { registrations }) {
      const before = known(named(registrations, input), 'registration');
      const after = { ...before, status: input.status, expiresAt: endOf(input) };
      const { id, country, kind, status, expiresAt } = after;
      const all = registrations!.map((one) => (one.id === id ? after : one));
      const missing = missingRegistrations(requirementsOf(country, 'sms'), country, all, { sender: null, now });
      const ended = inForce(before, now) && !inForce(after, now);
      return {
        writes: [
          commsWrite('registration.status', { id, status, expiresAt, note: input.note ?? null, at: now }),
          ...(ended ? [guardWrite('fence.bump', { of: 'organization', id: org })] : []),
        ],
        output: {
          registrationId: id,
          ...{ country, kind, status },
          expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
          missing: missing.map(({ kind, needs, source }) => ({ kind, needs, source })),
        },
      };
    },
  });
