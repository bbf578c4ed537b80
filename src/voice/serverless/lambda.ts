/**
 * AWS Lambda behind API Gateway (REST: payload 1.0; HTTP: 2.0), a function URL (2.0) or an application load balancer. Who was
 * connected is AWS's own word in `requestContext`; a load balancer has it at the end of `X-Forwarded-For` (its default, "append").
 * Source: the AWS Lambda developer guide, "Invoking Lambda with events from other services".
 */
import {
  answerOf,
  bodyOf,
  headersOf,
  queryOf,
  type RequestParts,
  type ServerlessEvent,
  type ServerlessResponse,
  takeAppended,
} from './event.ts';

interface AwsContext {
  readonly elb?: unknown;
  readonly stage?: string;
  readonly domainName?: string;
  readonly http?: { readonly method?: string; readonly path?: string; readonly sourceIp?: string };
  readonly identity?: { readonly sourceIp?: string };
}

const contextOf = (event: ServerlessEvent): AwsContext => (event.requestContext ?? {}) as AwsContext;
const asItIs = (text: string): string => text;

/** @throws TypeError */
export function lambdaParts(event: ServerlessEvent): RequestParts {
  const { elb, http, identity, stage, domainName } = contextOf(event);
  const headers = event.multiValueHeaders ? headersOf(event.multiValueHeaders) : headersOf(event.headers);
  if (event.cookies !== undefined && event.cookies.length > 0) headers.set('cookie', event.cookies.join('; '));
  if (!headers.has('host') && domainName !== undefined) headers.set('host', domainName);
  const isPlain = elb !== undefined && headers.get('x-forwarded-proto') === 'http';
  return {
    method: http?.method ?? event.httpMethod ?? event.method ?? 'GET',
    scheme: isPlain ? 'http' : 'https',
    path: withoutStage(event.rawPath ?? event.path ?? http?.path ?? '/', http === undefined ? undefined : stage),
    query:
      event.rawQueryString ??
      // a load balancer hands them over as they came, API Gateway decoded
      queryOf(
        event.multiValueQueryStringParameters ?? event.queryStringParameters,
        elb === undefined ? encodeURIComponent : asItIs,
      ),
    headers,
    body: bodyOf(event),
    client:
      elb === undefined ? gatewayPeer(http?.sourceIp ?? identity?.sourceIp ?? null, headers) : takeAppended(headers),
  };
}

/** In the form that this event's sender takes several values of a header in. */
export async function lambdaAnswer(event: ServerlessEvent, response: Response): Promise<ServerlessResponse> {
  const answer = await answerOf(response);
  const cookies = response.headers.getSetCookie();
  if (event.version === '2.0' || contextOf(event).http !== undefined) {
    const { 'set-cookie': _, ...headers } = answer.headers;
    return cookies.length === 0 ? answer : { ...answer, headers, cookies };
  }
  if (!event.multiValueHeaders && cookies.length < 2) return answer;
  const single = Object.entries(answer.headers).map(([name, value]): [string, string[]] => [name, [value]]);
  const multiValueHeaders = Object.fromEntries(single);
  if (cookies.length > 0) multiValueHeaders['set-cookie'] = cookies;
  return { ...answer, multiValueHeaders };
}

/** Payload 2.0 has the stage in its path, unless it is the default one. */
const withoutStage = (path: string, stage: string | undefined): string =>
  stage !== undefined && stage !== '$default' && (path === `/${stage}` || path.startsWith(`/${stage}/`))
    ? path.slice(stage.length + 1) || '/'
    : path;

/** The gateway's peer, taken off the list that the gateway appended it to: what is left are the proxies before it. */
function gatewayPeer(sourceIp: string | null, headers: Headers): string | null {
  const list = headers.get('x-forwarded-for')?.split(',') ?? [];
  if (sourceIp !== null && list.at(-1)?.trim() === sourceIp) takeAppended(headers);
  return sourceIp;
}
