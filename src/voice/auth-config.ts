/**
 * What an `AuthHandler` is told to check, and what is wrong with it: a secret from an unset or empty variable must stop the start,
 * not switch the check off.
 */

export interface AuthRequest {
  /** By name in lower case; of a header that came several times, the values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty in `validate()`, which knows headers alone. */
  readonly method: string;
  readonly url: string;
}

export interface AuthConfig {
  readonly bearerToken?: string;
  readonly apiKey?: string;
  /** `X-Api-Key` unless said. */
  readonly apiKeyHeader?: string;
  readonly basicAuth?: readonly [user: string, password: string];
  /** Only `true` lets a request in. */
  readonly customValidator?: (request: AuthRequest) => boolean | Promise<boolean>;
  /** Whether requests pass when nothing of the above is given; they do unless this is false. */
  readonly allowUnauthenticated?: boolean;
}

export const AUTH_METHODS = ['bearerToken', 'apiKey', 'basicAuth', 'customValidator'] as const;

export const isGiven = <T>(value: T): value is NonNullable<T> => value !== undefined && value !== null;

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** A sentence for each thing that can't be meant, first of all what would let everybody in. Never holds a secret. */
export function authConfigProblems(config: AuthConfig): readonly string[] {
  const { basicAuth, customValidator, apiKeyHeader, allowUnauthenticated } = config;
  const [user, password, ...more] = Array.isArray(basicAuth) ? basicAuth : [];
  const secrets: readonly (readonly [name: string, value: unknown])[] = [
    ['bearerToken', config.bearerToken],
    ['apiKey', config.apiKey],
  ];
  const problems = secrets.flatMap(([name, value]) => {
    if (!isGiven(value)) return [];
    if (typeof value !== 'string' || value === '')
      return `${name} is empty or no text: give it a value or leave it out.`;
    // a header's value arrives without what stands around it
    return value.trim() === value ? [] : `${name} has spaces or line breaks around its value; remove them.`;
  });
  if (
    isGiven(basicAuth) &&
    !([user, password].every((part) => typeof part === 'string' && part !== '') && more.length === 0)
  )
    problems.push('basicAuth must be a user and a password, neither of them empty.');
  if (typeof user === 'string' && user.includes(':')) problems.push('The user of basicAuth must not have a colon.');
  if (isGiven(customValidator) && typeof customValidator !== 'function')
    problems.push('customValidator must be a function.');
  if (isGiven(apiKeyHeader) && !HEADER_NAME.test(apiKeyHeader))
    problems.push('apiKeyHeader must be the name of a header, such as X-Api-Key.');
  if (isGiven(allowUnauthenticated) && typeof allowUnauthenticated !== 'boolean')
    problems.push('allowUnauthenticated must be true or false.');
  const named = AUTH_METHODS.filter((method) => method in config);
  if (named.length > 0 && !isGiven(allowUnauthenticated) && named.every((method) => !isGiven(config[method])))
    problems.push(
      `${named.join(', ')}: no value, so that everybody would be let in. Set one, or say allowUnauthenticated.`,
    );
  return problems;
}
