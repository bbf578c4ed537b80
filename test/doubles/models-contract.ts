/**
 * What OpenAI and Anthropic take, written from their documentation, strictly: a field that they do not document, a result without
 * its call, a blank text are refused as they refuse them.
 *
 * OpenAI: https://platform.openai.com/docs/api-reference/chat/create. Anthropic:
 * https://platform.claude.com/docs/en/api/messages/create and .../agents-and-tools/tool-use/implement-tool-use.
 */
import * as z from 'zod';

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const objectSchema = z.looseObject({ type: z.literal('object') });
const callId = z.string().min(1).max(40);

const openAiMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullable().optional(),
    tool_calls: z
      .array(
        z.strictObject({
          id: callId,
          type: z.literal('function'),
          function: z.strictObject({ name: toolName, arguments: z.string() }),
        }),
      )
      .min(1)
      .optional(),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: callId, content: z.string() }),
]);

export const openAiRequest = z
  .strictObject({
    model: z.string().min(1),
    messages: z.array(openAiMessage).min(1),
    max_tokens: z.int().min(1).optional(),
    max_completion_tokens: z.int().min(1).optional(),
    tools: z
      .array(
        z.strictObject({
          type: z.literal('function'),
          function: z.strictObject({
            name: toolName,
            description: z.string().optional(),
            parameters: objectSchema,
            strict: z.boolean().nullable().optional(),
          }),
        }),
      )
      .min(1)
      .max(128)
      .optional(),
    tool_choice: z.enum(['none', 'auto', 'required']).optional(),
    stream: z.literal(true),
    stream_options: z.strictObject({ include_usage: z.literal(true) }),
  })
  .superRefine(({ messages }, context) => {
    let open = new Set<string>();
    for (const message of messages) {
      if (message.role === 'tool') {
        if (!open.delete(message.tool_call_id))
          context.addIssue('a tool message must answer a call of the message before');
        continue;
      }
      if (open.size > 0) context.addIssue('each tool_call_id must be answered before anything else is said');
      open = new Set(message.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : []);
      if (message.role === 'assistant' && message.content == null && open.size === 0)
        context.addIssue('an assistant message has content or calls');
    }
  });

const filled = z.string().regex(/\S/, 'text content blocks must contain non-whitespace text');
const cacheControl = z.strictObject({ type: z.literal('ephemeral') }).optional();
const text = z.strictObject({ type: z.literal('text'), text: filled, cache_control: cacheControl });
const useId = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: useId,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: useId,
  content: z.union([z.string(), z.array(text)]).optional(),
  is_error: z.boolean().optional(),
});

/** `role: system` within is of newer models alone, and after a user's turn alone: not of every model that this must work with. */
const anthropicMessage = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [text, toolResult])).min(1),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [text, toolUse])).min(1),
  }),
]);

export const anthropicRequest = z
  .strictObject({
    model: z.string().min(1),
    max_tokens: z.int().min(1),
    system: z.union([z.string(), z.array(text)]).optional(),
    messages: z.array(anthropicMessage).min(1),
    tools: z
      .array(z.strictObject({ name: toolName, description: z.string().optional(), input_schema: objectSchema }))
      .optional(),
    tool_choice: z.strictObject({ type: z.enum(['auto', 'any', 'none']) }).optional(),
    stream: z.literal(true),
  })
  .superRefine(({ messages }, context) => {
    const used = new Set<string>();
    let open = new Set<string>();
    if (messages[0]?.role !== 'user') context.addIssue('the first message must be the user’s');
    for (const message of messages) {
      if (message.role === 'assistant') {
        const ids = message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
        for (const id of ids) {
          if (used.has(id)) context.addIssue('tool_use ids must be unique');
          used.add(id);
        }
        open = new Set(ids);
        continue;
      }
      let spoke = false;
      for (const block of message.content) {
        if (block.type === 'text') spoke = true;
        else if (spoke) context.addIssue('tool_result blocks come first in the content');
        else if (!open.delete(block.tool_use_id)) context.addIssue('unexpected tool_use_id in tool_result blocks');
      }
      if (open.size > 0) context.addIssue('tool_use ids were found without tool_result blocks immediately after');
    }
  });
