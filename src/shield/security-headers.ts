/**
 * Response headers that limit what a browser does with an answer: framing (clickjacking), content sniffing, script in
 * API answers, leaking of addresses, caching of personal data, downgrade to plain HTTP. Values for the API doors; a page
 * that needs its own policy (the console) sets its own value, which wins. Does not do CORS.
 */
export type HeaderList = readonly (readonly [name: string, value: string])[];

const ALWAYS: HeaderList = [
  // an API answer is never a page: nothing may load, frame it or be submitted from it (CSP Level 3)
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"],
  ['x-frame-options', 'DENY'], // for browsers that don't know frame-ancestors (RFC 7034)
  ['x-content-type-options', 'nosniff'],
  ['x-xss-protection', '1; mode=block'], // promised; modern browsers ignore it, the CSP does the work
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['cross-origin-resource-policy', 'same-origin'], // no other site may embed an answer (Fetch standard, CORP)
  ['cache-control', 'no-store'], // answers hold personal data and tokens shown once (RFC 9111 §5.2.2.5)
];

/** One year, as browsers' preload lists ask at least (RFC 6797). */
const HSTS: HeaderList = [['strict-transport-security', 'max-age=31536000; includeSubDomains']];

/** `hsts`: only where the public address is HTTPS; browsers then refuse plain HTTP to it and its subdomains for a year. */
export const securityHeaders = (options: { readonly hsts: boolean }): HeaderList =>
  options.hsts ? [...ALWAYS, ...HSTS] : ALWAYS;
