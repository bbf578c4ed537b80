/** The browser's part of passkeys, with sentences for what people meet there. */
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { Problem } from './problem.ts';
import type {
  AuthenticationResponseJSON,
  CreationCeremony,
  RegistrationResponseJSON,
  RequestCeremony,
} from './shapes.ts';

export const passkeysWork = (): boolean => browserSupportsWebAuthn();
export const passkeysFillIn = (): Promise<boolean> => browserSupportsWebAuthnAutofill();

/** @throws Problem */
export const createPasskey = ({ options }: CreationCeremony): Promise<RegistrationResponseJSON> =>
  startRegistration({ optionsJSON: options }).catch(explain);

/** @param autofill waits until a passkey is chosen among what the browser offers for the field. @throws Problem */
export const usePasskey = ({ options }: RequestCeremony, autofill = false): Promise<AuthenticationResponseJSON> =>
  startAuthentication({ optionsJSON: options, useBrowserAutofill: autofill }).catch(explain);

/** Ends an offer that nobody took up: its place on the page is gone. */
export const endOffer = (): void => WebAuthnAbortService.cancelCeremony();

/** The code of a problem that means only that another try replaced this one, or that the person closed the window. */
export const PASSKEY_CLOSED = 'passkey_closed';

function explain(error: unknown): never {
  const name = error instanceof Error ? error.name : '';
  if (error instanceof WebAuthnError && error.code === 'ERROR_CEREMONY_ABORTED') throw new Problem(PASSKEY_CLOSED, '');
  if (name === 'InvalidStateError')
    throw new Problem(
      'passkey_known',
      'This device already holds a passkey for you. Sign in with it, or use another device.',
    );
  if (name === 'NotAllowedError')
    throw new Problem(
      PASSKEY_CLOSED,
      'The passkey was not used: the window was closed, or it took too long. Try again.',
    );
  if (name === 'SecurityError')
    throw new Problem(
      'passkey_address',
      'Passkeys do not work at this address. Open the page under the name in PUBLIC_URL.',
    );
  throw new Problem('passkey_failed', 'The passkey did not work. Try again, or use another way to sign in.');
}

/** What to call a passkey or a session made here, until the person says better. */
export function thisDevice(agent: string = navigator.userAgent): string {
  const browser = BROWSERS.find(([mark]) => agent.includes(mark))?.[1] ?? 'Browser';
  const system = SYSTEMS.find(([mark]) => agent.includes(mark))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Mac OS', 'Mac'],
  ['Windows', 'Windows'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;
