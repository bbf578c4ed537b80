/** A voice agent on a real socket, and the platform that calls it. */
import { onTestFinished } from 'vitest';
import { suppressAllLogs } from '../../src/voice/logger.ts';

suppressAllLogs();

/** What has the application, credentials and an end: an agent, or a server of several. */
interface Servable {
  serve(where: { readonly host: string; readonly port: number }): Promise<{ readonly url: string }>;
  stop(timeoutMs?: number): Promise<void>;
  getBasicAuthCredentials(): [string, string];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a script or an answer holds is what the tests look at
  readonly json: any;
}

export interface Line {
  readonly url: string;
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** With the agent's credentials. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The script of a call. */
  script(callId: string, more?: object): Promise<Script>;
  /** Calls a function as the platform does, at the address in the script. */
  call(script: Script, name: string, args: object, more?: object): Promise<Answer>;
}

export interface Script {
  readonly callId: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly document: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly ai: any;
  /** Where a function is called, with its token. */
  addressOf(name: string): string;
}

export async function onLine(service: Servable): Promise<Line> {
  const { url } = await service.serve({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => service.stop(0));
  const [user, password] = service.getBasicAuthCredentials();
  const authorization = basic(user, password);

  const ask: Line['ask'] = async (path, init = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, { redirect: 'manual', ...init });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
  };
  const get: Line['get'] = (path, headers = {}) => ask(path, { headers: { authorization, ...headers } });
  const post: Line['post'] = (path, body, headers = {}) =>
    ask(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url,
    ask,
    get,
    post,
    async script(callId, more = {}) {
      return scriptOf(callId, (await post('/', { call: { call_id: callId }, ...more })).json);
    },
    call: (script, name, args, more = {}) => {
      const { pathname, search } = new URL(script.addressOf(name));
      return post(`${pathname}${search}`, callOf(script.callId, name, args, more));
    },
  };
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export const callOf = (callId: string, name: string, args: object, more: object = {}) => ({
  function: name,
  call_id: callId,
  argument: { parsed: [args], raw: JSON.stringify(args) },
  ...more,
});

// biome-ignore lint/suspicious/noExplicitAny: as above
export function scriptOf(callId: string, document: any): Script {
  const { ai } = document.sections.main.find((step: object) => 'ai' in step);
  return {
    callId,
    document,
    ai,
    addressOf(name) {
      const { functions, defaults } = ai.SWAIG;
      const found = functions.find((one: { function: string }) => one.function === name);
      if (found === undefined) throw new Error(`the script has no function ${name}`);
      return found.web_hook_url ?? defaults.web_hook_url;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
