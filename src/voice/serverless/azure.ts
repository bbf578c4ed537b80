/**
 * Azure Functions (programming model 3: `context.res`). The path below `/api/<function>` is the application's; Azure's front end
 * appends who was connected, with the port, to `X-Forwarded-For`.
 */
import { answerOf, bodyOf, type RequestParts, type ServerlessEvent } from './event.ts';
import { googleParts } from './google-cloud.ts';

export interface AzureRequest extends ServerlessEvent {
  readonly bufferBody?: Uint8Array;
}

export interface AzureAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  readonly cookies: readonly AzureCookie[];
  /** Sent as it is, whatever its type. */
  readonly isRaw: true;
}

interface AzureCookie {
  readonly name: string;
  readonly value: string;
  readonly [attribute: string]: string | number | boolean | Date;
}

export interface AzureContext {
  res?: unknown;
  readonly executionContext?: { readonly functionName?: string };
}

/** @param functionName taken off the path, with `/api` before it. @throws TypeError */
export function azureParts(event: AzureRequest, functionName?: string): RequestParts {
  const { bufferBody } = event;
  const parts = googleParts(event);
  const prefix = `/api/${functionName}`;
  const isBelow = functionName !== undefined && `${parts.path}/`.toLowerCase().startsWith(`${prefix}/`.toLowerCase());
  return {
    ...parts,
    path: isBelow ? parts.path.slice(prefix.length) || '/' : parts.path,
    body: bufferBody ?? bodyOf(event),
  };
}

export async function azureAnswer(response: Response): Promise<AzureAnswer> {
  const { statusCode, headers, body, isBase64Encoded } = await answerOf(response);
  const { 'set-cookie': _, ...others } = headers;
  return {
    status: statusCode,
    headers: others,
    body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
    cookies: response.headers.getSetCookie().map(azureCookie),
    isRaw: true,
  };
}

/** Azure takes cookies in parts. */
function azureCookie(header: string): AzureCookie {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const cookie: Record<string, string | number | boolean | Date> = {};
  for (const attribute of attributes) {
    const [name = '', value = ''] = splitOnce(attribute);
    const read = ATTRIBUTES[name.toLowerCase()];
    if (read !== undefined) cookie[read[0]] = read[1](value);
  }
  const [name = '', value = ''] = splitOnce(pair);
  return { ...cookie, name, value };
}

const ATTRIBUTES: Readonly<Record<string, readonly [string, (value: string) => string | number | boolean | Date]>> = {
  domain: ['domain', String],
  path: ['path', String],
  expires: ['expires', (value) => new Date(value)],
  'max-age': ['maxAge', Number],
  secure: ['secure', () => true],
  httponly: ['httpOnly', () => true],
  samesite: ['sameSite', String],
};

const splitOnce = (text: string): readonly string[] => {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};
