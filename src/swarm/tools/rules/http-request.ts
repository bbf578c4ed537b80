/**
 * What an agent may say of an HTTP request: method, address, a few headers, a text. Everything that decides where a request
 * goes, in whose name, or where it ends (Host, Authorization, Cookie, framing) is not its to say: headers are an allow-list.
 */
import type { ToolConfig } from '../../config/schema.ts';
import type { JsonSchema } from '../../rules/payload.ts';
import { withinDomains } from './domains.ts';

export type HttpToolConfig = Extract<ToolConfig, { kind: 'http' }>;

const HEADERS = [
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'prefer',
] as const;
const MAX_URL = 4_096;
const MAX_HEADER = 1_000;
const MAX_BODY = 100_000;
/** Visible ASCII, spaces and tabs between (RFC 9110 §5.5): no line can be broken. */
const FIELD_VALUE = '^[!-~]([\\t -~]*[!-~])?$';

export interface HttpArguments {
  readonly method?: HttpToolConfig['methods'][number];
  readonly url: string;
  readonly headers?: Readonly<Partial<Record<(typeof HEADERS)[number], string>>>;
  readonly body?: string;
}

export const httpSchema = ({ methods }: Pick<HttpToolConfig, 'methods'>): JsonSchema => ({
  type: 'object',
  properties: {
    method: { enum: [...methods], default: methods[0] },
    url: { type: 'string', maxLength: MAX_URL, description: 'Absolute, https.' },
    headers: {
      type: 'object',
      properties: Object.fromEntries(
        HEADERS.map((name) => [name, { type: 'string', maxLength: MAX_HEADER, pattern: FIELD_VALUE }]),
      ),
      additionalProperties: false,
    },
    ...(methods.every(isSafe) ? {} : { body: { type: 'string', maxLength: MAX_BODY } }),
  },
  required: ['url'],
  additionalProperties: false,
});

export const httpDescription = ({ description, domains, methods }: HttpToolConfig): string =>
  `${description}\nSends an HTTP request (${methods.join(', ')}) to: ${domains.join(', ')}. Nothing else is reached.`;

export interface HttpAsk {
  readonly method: HttpToolConfig['methods'][number];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** @param args fits `httpSchema`. @returns a sentence about what can't be asked. */
export function httpAsk(
  config: HttpToolConfig,
  { method = config.methods[0]!, url, headers, body }: HttpArguments,
): HttpAsk | string {
  if (!URL.canParse(url)) return 'The url is not an absolute address.';
  const place = new URL(url);
  if (place.protocol !== 'https:') return 'The url must begin with https://.';
  if (place.username !== '' || place.password !== '') return 'The url must not contain a user name or password.';
  if (!withinDomains(config.domains)(place)) return `Only these are reached: ${config.domains.join(', ')}.`;
  if (body !== undefined && isSafe(method)) return `A ${method} request has no body.`;
  place.hash = '';
  return { method, url: place, headers: { ...headers }, body: body ?? null };
}

/** Reads alone (RFC 9110 §9.2.1): whatever became of one, nothing was changed. */
export const isSafe = (method: HttpAsk['method']): boolean => method === 'GET' || method === 'HEAD';
