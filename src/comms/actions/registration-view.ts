/** A registration as the doors show it. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import { REGISTRATION_KINDS } from '../law/registration-kind.ts';
import type { RegistrationRecord } from '../ports.ts';
import { REGISTRATION_STATES } from '../rules/registration.ts';

export const registrationView = z.object({
  registrationId: z.string(),
  country: z.string(),
  kind: z.enum(REGISTRATION_KINDS),
  status: z.enum(REGISTRATION_STATES),
  details: z.string(),
  note: z.string().nullable().describe('What the operator of the server noted.'),
  submittedAt: z.string(),
  statusAt: z.string(),
  expiresAt: z.string().nullable(),
});

export const viewOfRegistration = (record: RegistrationRecord): z.output<typeof registrationView> => {
  const { id, country, kind, status, details, note, at, statusAt, expiresAt } = record;
  return {
    registrationId: id,
    ...{ country, kind, status, details, note },
    submittedAt: rfc3339(at),
    statusAt: rfc3339(statusAt),
    expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
  };
};

/** What the country still asks for on SMS, the one channel that is registered. */
export const missingView = z.array(
  z.object({ kind: z.enum(REGISTRATION_KINDS), needs: z.string(), source: z.string() }),
);
