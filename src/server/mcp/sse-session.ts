/**
 * One open stream of the legacy HTTP+SSE transport (Model Context Protocol 2024-11-05) and the server behind it. It belongs
 * to the principal that opened it and keeps what that principal proved itself by in memory alone, to ask again and again whether it is
 * still good: a stream must not outlive the right to it.
 */
import type { ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { Transport } from '@modelcontextprotocol/server';
import type { Credentials } from '../../identity/authenticate.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { AgentId } from '../../kernel/ids.ts';
import type { Caller, CallTool } from './call-tool.ts';
import { CallerInfo, createSdkServer, type SdkParts } from './sdk.ts';
import { eventStream } from './sse-stream.ts';

/** Where the client is told to post. */
export const MESSAGES_PATH = '/messages';

/** Calls of one stream that may run at once: a POST is answered before its call is done, so nothing else bounds them. */
const MAX_RUNNING = 32;

export interface Opening {
  /** The id of the principal that opens it. */
  readonly owner: string;
  /** What it came with, and from where. */
  readonly credentials: Credentials;
  /** The token came in a header: a client that can send one has to send it with every message. */
  readonly byHeader: boolean;
  /** The agent that an administrator acts for in every call that names no other; null for an agent's own token. */
  readonly agent: AgentId | null;
  readonly response: ServerResponse;
}

export interface SseSession extends Pick<Opening, 'owner' | 'credentials' | 'byHeader'> {
  /** Unguessable: 122 random bits, by the SDK. */
  readonly id: string;
  /** Sends the head and the address to post to. `onEnd` is told once, however the stream ends. */
  start(onEnd: () => void): Promise<void>;
  /** @throws SallyportError `invalid_input`, `not_found`, `overloaded` */
  receive(message: unknown, caller: Caller): Promise<void>;
  isOpen(): boolean;
  beat(): void;
  end(): void;
  /** Ends when the calls that run now are answered. */
  drain(): void;
}

export function createSseSession(
  { owner, credentials, byHeader, agent, response }: Opening,
  { callTool, ...sdk }: SdkParts,
): SseSession {
  const stream = eventStream(response);
  const transport = new SSEServerTransport(MESSAGES_PATH, stream.forTransport);
  let running = 0;
  let draining = false;

  const counted: CallTool = async (entry, input, caller) => {
    running++;
    try {
      return await callTool(entry, actingFor(agent, input, entry.action.subject), caller);
    } finally {
      running--;
      setImmediate(endIfDrained); // after the answer has been written
    }
  };
  const server = createSdkServer({ ...sdk, callTool: counted });
  const end = () => {
    // the transport ends the response, and both tell the server, which takes the second time for the first
    if (stream.isOpen()) void transport.close();
  };
  function endIfDrained() {
    if (draining && running === 0) end();
  }

  return {
    id: transport.sessionId,
    owner,
    credentials,
    byHeader,
    async start(onEnd) {
      server.onclose = onEnd;
      await server.connect(transport as Transport);
    },
    async receive(message, caller) {
      if (!stream.isOpen()) throw new SallyportError('not_found', 'The stream is closed; open another.'); // nobody would read the answer
      if (running >= MAX_RUNNING) {
        throw new SallyportError('overloaded', `At most ${MAX_RUNNING} calls of one stream run at once.`);
      }
      try {
        await transport.handleMessage(message, { authInfo: new CallerInfo(caller) });
      } catch {
        throw new SallyportError('invalid_input', 'The body is not one message of JSON-RPC 2.0.');
      }
    },
    isOpen: stream.isOpen,
    beat: stream.beat,
    end,
    drain() {
      draining = true;
      setImmediate(endIfDrained); // what was just received is running by then
    },
  };
}

/** The input with the session's agent, unless the caller names one, or an organisation; the guard judges the result. */
function actingFor(agent: AgentId | null, input: unknown, subject: 'agent' | 'organization' | 'platform'): unknown {
  if (agent === null || subject === 'platform' || typeof input !== 'object' || input === null) return input;
  return 'agentId' in input || 'organizationId' in input ? input : { ...input, agentId: agent };
}
