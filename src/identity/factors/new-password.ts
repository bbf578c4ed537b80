/** A password that somebody chooses: judged, then hashed. */
import { SallyportError } from '../../kernel/errors.ts';
import { PASSWORD_FAULTS, type PasswordOwner, passwordFault } from '../rules/password.ts';
import type { PasswordHashing } from './password-hashing.ts';

/** Its record, for the store alone. @throws SallyportError `invalid_input` with the reason, `overloaded` */
export async function newPassword(hashing: PasswordHashing, typed: string, owner: PasswordOwner): Promise<string> {
  mustBeFit(typed, owner);
  return hashing.hash(typed);
}

/** @throws SallyportError `invalid_input` */
export function mustBeFit(typed: string, owner: PasswordOwner): void {
  const fault = passwordFault(typed, owner);
  if (fault === null) return;
  const message = PASSWORD_FAULTS[fault];
  throw new SallyportError('invalid_input', message, { issues: [{ path: 'password', message }] });
}
