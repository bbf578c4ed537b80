/**
 * Chat completions as OpenAI has them (https://platform.openai.com/docs/api-reference/chat/create) and many servers after it,
 * through `@ai-sdk/openai-compatible`, which is loaded at the first use. Usage is asked for in the stream.
 */
import type { ModelClient } from '../../swarm/models/client.ts';
import { openWire } from '../http/stream-wire.ts';
import { type AdapterParts, NOT_A_PLACE } from './adapter-parts.ts';
import { toPrompt, toTools } from './conversation.ts';
import { answerBytes, sdkAttempt } from './sdk-attempt.ts';

/** Whose servers take the limit under its new name. */
const OPENAI = 'https://api.openai.com/v1';

export const createOpenAiCompatibleClient = (parts: AdapterParts): ModelClient => ({
  async attempt(call) {
    const { baseUrl = '', apiKey, model, idleMs, request } = call;
    let wire: ReturnType<typeof openWire>;
    try {
      wire = openWire({ ...parts, baseUrl, idleMs, maxBytes: answerBytes(request.maxOutputTokens) });
    } catch {
      return NOT_A_PLACE;
    }
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const vendor = createOpenAICompatible({
      name: 'vendor',
      baseURL: wire.base,
      ...(apiKey === null ? {} : { apiKey }),
      fetch: wire.send,
      includeUsage: true,
      ...(wire.base === OPENAI ? { transformRequestBody: asOpenAi } : {}),
    });
    const prompt = toPrompt(request.messages, { systemFirst: false });
    return sdkAttempt(vendor.chatModel(model), { prompt, ...toTools(request.tools) }, wire, call);
  },
});

/** OpenAI itself has renamed the limit, and its reasoning models refuse the old name; most other servers know the old one alone. */
function asOpenAi({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> {
  return limit === undefined ? body : { ...body, max_completion_tokens: limit };
}
