/** The whole of signing in by a passkey: it names nobody before the passkey does. */
import { post } from '../../api/http.ts';
import { usePasskey } from '../../api/passkey.ts';
import { signedIn } from '../../api/session.ts';
import type { RequestCeremony, Signed } from '../../api/shapes.ts';

/** @param autofill waits until the person picks a passkey among what the browser offers for the address. @throws Problem */
export async function signInByPasskey(autofill = false): Promise<void> {
  const begun = await post<RequestCeremony>('/auth/webauthn/authenticate/options');
  const response = await usePasskey(begun, autofill);
  signedIn(await post<Signed>('/auth/webauthn/authenticate/verify', { ceremony: begun.ceremony, response }));
}
