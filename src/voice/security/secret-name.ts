/** Which names (of headers, of parameters, of fields in a log line) stand for something that lets somebody in. One list for all. */
const SECRET_WORD =
  /(^|_|-)(?:token|secret|password|passwd|pwd|passphrase|key|apikey|signature|sig|auth|authorization|credentials?|session|cookie|jwt)(?:$|_|-)/i;
const CAMEL = /([a-z0-9])([A-Z])/g;

/** Bound arguments of a function: not secret by name, but personal. */
const BOUND_ARGUMENTS = '__args';

/** `__token`, `X-Api-Key`, `basicAuth`, `Set-Cookie` …; not `tokens` or `monkey`. */
export const isSecretName = (name: string): boolean =>
  name === BOUND_ARGUMENTS || SECRET_WORD.test(name.replace(CAMEL, '$1_$2'));
