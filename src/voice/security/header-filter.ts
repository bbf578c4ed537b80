/**
 * A request's headers without what lets somebody in: what callbacks and logs get to see of them. By name: `Authorization`,
 * cookies, keys, tokens, signatures, and what proxies put in their place.
 */
import { isSecretName } from './secret-name.ts';

/** Credentials whose name does not say so. */
const ALSO_SECRET: ReadonlySet<string> = new Set([
  'x-amzn-oidc-data', // an ALB's account of who signed in
  'x-amzn-oidc-identity',
  'x-goog-iap-jwt-assertion',
  'x-ms-client-principal',
  'x-forwarded-client-cert',
]);

/** A copy; names as they were given. */
export function filterSensitiveHeaders(headers: Headers | Readonly<Record<string, string>>): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.filter(([name]) => !isSecretName(name) && !ALSO_SECRET.has(name.toLowerCase())));
}
