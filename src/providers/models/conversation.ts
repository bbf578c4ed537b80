/**
 * A conversation in the form that the AI SDK's adapters take, such that every vendor takes it: no message is dropped, each
 * result follows its call, ids are distinct and of letters that all vendors know, and no text is blank (Anthropic refuses that).
 * Pure.
 */
import type { AnthropicProvider } from '@ai-sdk/anthropic';
import { toBase64url } from '../../kernel/encoding.ts';
import { sha256 } from '../../kernel/hash.ts';
import type { ModelMessage, ModelTool, ToolCall } from '../../swarm/models/port.ts';

/** A vendor's model as the AI SDK has it (LanguageModelV4). */
export type SdkModel = ReturnType<AnthropicProvider['languageModel']>;
export type SdkOptions = Parameters<SdkModel['doStream']>[0];
type SdkMessage = SdkOptions['prompt'][number];

type Assistant = Extract<ModelMessage, { readonly role: 'assistant' }>;

/** What stands for a text without a letter. */
const BLANK = '(empty)';
const filled = (text: string): string => (text.trim() === '' ? BLANK : text);

/**
 * @param systemFirst Anthropic's models take instructions in the middle from Opus 4.8 on, and only after a user's turn; before a
 * conversation all take them, so there they go, in their order. Elsewhere they stay where they are.
 */
export function toPrompt(
  messages: readonly ModelMessage[],
  { systemFirst }: { readonly systemFirst: boolean },
): SdkMessage[] {
  const spoken = messages.filter(({ role, text }) => role !== 'system' || text.trim() !== '');
  const ordered = resultsFirst(withDistinctIds(spoken));
  const placed = systemFirst
    ? [...ordered.filter(({ role }) => role === 'system'), ...ordered.filter(({ role }) => role !== 'system')]
    : ordered;
  return placed.map(toSdk);
}

export const toTools = (tools: readonly ModelTool[]): Pick<SdkOptions, 'tools'> =>
  tools.length === 0
    ? {}
    : {
        tools: tools.map(({ name, description, schema }) => ({
          type: 'function',
          name,
          description,
          inputSchema: schema,
        })),
      };

function toSdk(message: ModelMessage): SdkMessage {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: filled(message.text) }] };
    case 'assistant':
      return { role: 'assistant', content: [...said(message), ...message.calls.map(asked)] };
    case 'tool': {
      const { call: toolCallId, name: toolName, text: value, isError } = message;
      const output = { type: isError ? 'error-text' : 'text', value } as const;
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] };
    }
  }
}

const said = ({ text, calls }: Assistant) =>
  text.trim() === '' && calls.length > 0 ? [] : [{ type: 'text', text: filled(text) } as const];
const asked = ({ id, name, args }: ToolCall) =>
  ({ type: 'tool-call', toolCallId: id, toolName: name, input: args }) as const;

/** After calls come their results, and only then what else was said meanwhile: no vendor takes another order. */
function resultsFirst(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const ordered: ModelMessage[] = [];
  let others: ModelMessage[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      ordered.push(...others, message);
      others = [];
    } else if (message.role === 'tool') ordered.push(message);
    else others.push(message);
  }
  return [...ordered, ...others];
}

/** What Anthropic and OpenAI both take, with room for a number. */
const ID = /^[a-zA-Z0-9_-]{1,36}$/;
const taken = (id: string): string => (ID.test(id) ? id : `call_${toBase64url(sha256(id)).slice(0, 22)}`);

/** Ids are a model's own, unique within a step; vendors want them unique within the conversation. */
function withDistinctIds(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const used = new Set<string>();
  let present = new Map<string, string>();
  const distinct = (id: string): string => {
    const base = taken(id);
    let name = base;
    for (let number = 2; used.has(name); number++) name = `${base}_${number}`;
    used.add(name);
    present.set(id, name);
    return name;
  };
  return messages.map((message) => {
    if (message.role === 'tool') return { ...message, call: present.get(message.call) ?? taken(message.call) };
    if (message.role !== 'assistant' || message.calls.length === 0) return message;
    present = new Map();
    return { ...message, calls: message.calls.map((call) => ({ ...call, id: distinct(call.id) })) };
  });
}
