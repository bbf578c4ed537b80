/**
 * The scripted model: answers as a function in code says, for tests, for the tour and for trying a swarm without a vendor.
 * Deterministic: the same request gets the same reply, ids and counts included. It counts tokens by the rule that others are
 * estimated by, streams by words, and can be told to be slow or to fail as a vendor would.
 */
import type { Timer } from '../../kernel/timer.ts';
import type { Attempt, AttemptFault, ModelClient } from '../../swarm/models/client.ts';
import type { ModelReply, ModelRequest, ModelUsage } from '../../swarm/models/port.ts';
import { countInput, countText } from '../../swarm/models/rules/token-count.ts';
import { pause } from '../http/deadline.ts';

export interface ScriptedReply {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly args: unknown; readonly id?: string }[];
  readonly finish?: ModelReply['finish'];
  /** Counted unless said; null: the vendor did not say. */
  readonly usage?: ModelUsage | null;
  /** How long it thinks. */
  readonly afterMs?: number;
  /** Instead of a reply; `cut` after the text has been streamed. */
  readonly fail?: { readonly why: AttemptFault; readonly status?: number; readonly retryAfterMs?: number };
}

export type Script = (request: ModelRequest) => ScriptedReply | Promise<ScriptedReply>;

/** There in every house: says what it was told last, so that a swarm can be seen to work before it has a vendor. */
const echo: Script = ({ messages }) => ({ text: messages.findLast(({ role }) => role !== 'system')?.text ?? '' });

export interface ScriptedParts {
  /** By name; the name in the configuration's `script`, or else in its `model`. */
  readonly scripts: Readonly<Record<string, Script>>;
  readonly timer: Timer;
}

export function createScriptedClient({ scripts, timer }: ScriptedParts): ModelClient {
  const known = new Map(Object.entries({ echo, ...scripts }));
  return {
    async attempt({ script, model, request }) {
      const run = known.get(script ?? model);
      if (run === undefined) return failed({ why: 'refused' }, 'no_such_script', false);
      if (request.signal.aborted) return failed({ why: 'cancelled' }, null, false);
      const reply = await run(request);
      if (reply.afterMs !== undefined) await pause(timer, reply.afterMs, request.signal);
      if (request.signal.aborted) return failed({ why: 'cancelled' }, null, true);
      const { fail } = reply;
      if (fail !== undefined && fail.why !== 'cut') return failed(fail, null, false);
      for (const word of (reply.text ?? '').match(/\S*\s*/g) ?? []) if (word !== '') request.onText?.(word);
      return fail === undefined ? said(reply, request) : failed(fail, null, true);
    },
  };
}

function said({ text = '', calls = [], finish, usage }: ScriptedReply, request: ModelRequest): Attempt {
  const before = request.messages.reduce(
    (sum, message) => sum + (message.role === 'assistant' ? message.calls.length : 0),
    0,
  );
  const counted = {
    inputTokens: countInput(request),
    cachedInputTokens: 0,
    outputTokens: countText(text) + countText(JSON.stringify(calls)),
  };
  return {
    is: 'reply',
    text,
    calls: calls.map(({ name, args, id }, index) => ({ id: id ?? `call_${before + index + 1}`, name, args })),
    finish: finish ?? (calls.length > 0 ? 'calls' : 'stop'),
    usage: usage === undefined ? counted : usage,
    ref: `scripted_${request.messages.length}`,
  };
}

const failed = (
  { why, status, retryAfterMs = 0 }: NonNullable<ScriptedReply['fail']>,
  code: string | null,
  sent: boolean,
): Attempt => ({
  is: 'failed',
  why,
  sent,
  status: status ?? null,
  code,
  retryAfterMs,
});
