/** Where sealed values of people stand, and how they are named by hash: the same for who writes and who reads. */
import type { Cell } from '../vault/sealed.ts';
import { cellOf } from './sealing.ts';

export const personCell = (org: string, person: string, column: 'email' | 'name' | 'totp'): Cell =>
  cellOf(org, 'person', column, person);
export const passkeyCell = (org: string, id: string): Cell => cellOf(org, 'passkey', 'name', id);
export const ceremonyCell = (hash: string): Cell => cellOf('', 'ceremony', 'data', hash);

/** Of whom an identity provider speaks; subjects are its own, so the issuer comes first and ends unmistakably. */
export const oidcName = (issuer: string, subject: string): string => `oidc:${issuer}\n${subject}`;

/** How the guesses of a session are named; those at an address have its keyed hash. */
export const sessionGuesses = (session: string): string => `session:${session}`;
