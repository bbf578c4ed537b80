/**
 * OpenAI and Anthropic on this machine: checks every request against their documented shapes, and answers as they do, in
 * streams, with errors, or not at all. What it found wrong with a request it answers with 400 and keeps in `faults`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicRequest, openAiRequest } from './models-contract.ts';

export type Vendor = 'openai-compatible' | 'anthropic';

export interface DoubleReply {
  readonly is: 'reply';
  readonly text?: string;
  /** `args` as the model writes them, JSON or not. */
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly args: string }[];
  /** Input with what was cached, cached, output; null: the vendor does not say. */
  readonly usage?: readonly [number, number, number] | null;
  readonly finish?: string;
}

export type Behaviour =
  | DoubleReply
  | {
      readonly is: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly type?: string;
    }
  /** An error in the stream: as its first event, or after some text. */
  | { readonly is: 'error_event'; readonly type: string; readonly first: boolean }
  /** The connection breaks after some text. */
  | { readonly is: 'cut' }
  /** The stream ends after some text, as if it were whole. */
  | { readonly is: 'half' }
  /** Takes the request and breaks the connection. */
  | { readonly is: 'reset' }
  | { readonly is: 'garbage' }
  | { readonly is: 'bad_chunk' }
  | { readonly is: 'huge'; readonly bytes: number }
  /** Never answers; or begins, and then says nothing more. */
  | { readonly is: 'silent'; readonly after: 'request' | 'text' };

export interface Asked {
  readonly vendor: Vendor;
  readonly key: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: checked by the contract; tests look where they like
  readonly body: any;
  readonly headers: IncomingMessage['headers'];
}

export interface ModelsDouble extends AsyncDisposable {
  readonly baseUrl: Readonly<Record<Vendor, string>>;
  readonly asked: readonly Asked[];
  readonly faults: readonly string[];
  /** What the next requests get, in order; whoever comes after gets `ok`. */
  will(...behaviours: Behaviour[]): void;
  /** Every request under this key, whatever was said. */
  always(key: string, behaviour: Behaviour): void;
}

export async function startModelsDouble(): Promise<ModelsDouble> {
  const asked: Asked[] = [];
  const faults: string[] = [];
  const next: Behaviour[] = [];
  const byKey = new Map<string, Behaviour>();

  const server = createServer(async (request, response) => {
    let sent = '';
    for await (const chunk of request.setEncoding('utf8')) sent += chunk;
    const vendor: Vendor = request.url?.startsWith('/anthropic/') ? 'anthropic' : 'openai-compatible';
    const { headers } = request;
    const key = vendor === 'anthropic' ? headers['x-api-key'] : headers.authorization?.replace(/^Bearer /, '');
    const body = JSON.parse(sent);
    asked.push({ vendor, key: typeof key === 'string' ? key : null, body, headers });
    const wrong = check(vendor, request, body);
    if (wrong !== null) {
      faults.push(wrong);
      return error(vendor, response, 400, {}, 'invalid_request_error');
    }
    behave(vendor, response, byKey.get(String(key)) ?? next.shift() ?? { is: 'reply', text: 'ok' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: { 'openai-compatible': `${base}/openai/v1`, anthropic: `${base}/anthropic/v1` },
    asked,
    faults,
    will: (...behaviours) => void next.push(...behaviours),
    always: (key, behaviour) => void byKey.set(key, behaviour),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function check(vendor: Vendor, { method, url, headers }: IncomingMessage, body: unknown): string | null {
  if (method !== 'POST') return 'not a POST';
  if (headers['content-type'] !== 'application/json') return 'not JSON';
  if (vendor === 'anthropic') {
    if (url !== '/anthropic/v1/messages') return `no such place: ${url}`;
    if (headers['anthropic-version'] !== '2023-06-01') return 'no version';
    if (headers['anthropic-beta'] !== undefined) return `beta: ${headers['anthropic-beta']}`;
    if (headers.authorization !== undefined) return 'a key where none belongs';
  } else if (url !== '/openai/v1/chat/completions') return `no such place: ${url}`;
  const { error: wrong } = (vendor === 'anthropic' ? anthropicRequest : openAiRequest).safeParse(body);
  return wrong === undefined ? null : wrong.message;
}

/** As both send their errors; OpenAI's 401 quotes part of the key, and so does this. */
function error(
  vendor: Vendor,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  type: string,
) {
  const message = 'Incorrect API key provided: sk-secret-0001-of-openai.';
  const body =
    vendor === 'anthropic'
      ? { type: 'error', error: { type, message }, request_id: 'req_1' }
      : { error: { message, type, param: null, code: type } };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function behave(vendor: Vendor, response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour.is === 'status') {
    error(vendor, response, behaviour.status, { ...behaviour.headers }, behaviour.type ?? 'some_error');
    return;
  }
  if (behaviour.is === 'reset') {
    response.destroy();
    return;
  }
  if (behaviour.is === 'silent' && behaviour.after === 'request') return;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const say = vendor === 'anthropic' ? anthropicStream(response) : openAiStream(response);
  switch (behaviour.is) {
    case 'reply':
      say.begin();
      say.text(behaviour.text ?? '');
      say.calls(behaviour.calls ?? []);
      say.end(behaviour);
      return;
    case 'garbage':
      response.end('<html><body>502 Bad Gateway</body></html>');
      return;
    case 'bad_chunk':
      say.begin();
      response.end('data: {"choices": [{"delta": {"content": \n\n');
      return;
    case 'huge':
      say.begin();
      for (let left = behaviour.bytes; left > 0; left -= 65_536) say.text('x'.repeat(Math.min(left, 65_536)));
      response.end();
      return;
    case 'error_event':
      if (!behaviour.first) {
        say.begin();
        say.text('Half an ');
      }
      say.error(behaviour.type);
      response.end();
      return;
    default:
      say.begin();
      say.text('Half an ');
      if (behaviour.is === 'half') response.end();
      if (behaviour.is === 'cut') response.write(': the end\n\n', () => response.destroy());
  }
}

interface Stream {
  begin(): void;
  text(text: string): void;
  calls(calls: NonNullable<DoubleReply['calls']>): void;
  end(reply: DoubleReply): void;
  error(type: string): void;
}

const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
};

function openAiStream(response: ServerResponse): Stream {
  const chunk = (choices: unknown[], more: object = {}) =>
    response.write(
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm-1', choices, usage: null, ...more })}\n\n`,
    );
  const delta = (delta: object, finish: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }]);
  return {
    begin: () => void delta({ role: 'assistant', content: '', refusal: null }),
    text(text) {
      for (const content of halves(text)) delta({ content });
    },
    calls(calls) {
      // the calls' pieces come mixed, as they may
      for (const [index, { id, name }] of calls.entries())
        delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
      for (const half of [0, 1])
        for (const [index, { args }] of calls.entries())
          delta({ tool_calls: [{ index, function: { arguments: halves(args)[half] ?? '' } }] });
    },
    end({ calls = [], finish, usage = [10, 0, 5] }) {
      delta({}, finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'));
      if (usage !== null) {
        const [prompt, cached, completion] = usage;
        chunk([], {
          usage: {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt + completion,
            prompt_tokens_details: { cached_tokens: cached },
          },
        });
      }
      response.end('data: [DONE]\n\n');
    },
    error: (type) =>
      void response.write(
        `data: ${JSON.stringify({ error: { message: 'sk-secret-0001-of-openai', type, code: null } })}\n\n`,
      ),
  };
}

function anthropicStream(response: ServerResponse): Stream {
  const event = (type: string, more: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
  let index = 0;
  return {
    begin() {
      event('message_start', {
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          content: [],
          model: 'm-1',
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0 },
        },
      });
      event('ping', {});
    },
    text(text) {
      if (text === '') return;
      event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const part of halves(text))
        event('content_block_delta', { index, delta: { type: 'text_delta', text: part } });
      event('content_block_stop', { index });
      index++;
    },
    calls(calls) {
      for (const { id, name, args } of calls) {
        event('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } });
        for (const part of ['', ...halves(args)])
          event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: part } });
        event('content_block_stop', { index });
        index++;
      }
    },
    end({ calls = [], finish, usage = [10, 0, 5] }) {
      const [input, cached, output] = usage ?? [0, 0, 0];
      event('message_delta', {
        delta: { stop_reason: finish ?? (calls.length > 0 ? 'tool_use' : 'end_turn'), stop_sequence: null },
        usage: { input_tokens: input - cached, cache_read_input_tokens: cached, output_tokens: output },
      });
      event('message_stop', {});
      response.end();
    },
    error: (type) => void event('error', { error: { type, message: 'sk-secret-0001-of-openai' } }),
  };
}
