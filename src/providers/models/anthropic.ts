/**
 * Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages) through `@ai-sdk/anthropic`, which is loaded at the
 * first use. Instructions go into `system`, a block each; tools are sent without the SDK's eager input streaming, under
 * which arguments need not be JSON. No part of a model's hidden thinking is asked for, kept or sent back.
 */
import type { ModelClient } from '../../swarm/models/client.ts';
import { openWire } from '../http/stream-wire.ts';
import { type AdapterParts, NOT_A_PLACE } from './adapter-parts.ts';
import { toPrompt, toTools } from './conversation.ts';
import { answerBytes, sdkAttempt } from './sdk-attempt.ts';

const ANTHROPIC = 'https://api.anthropic.com/v1';

export const createAnthropicClient = (parts: AdapterParts): ModelClient => ({
  async attempt(call) {
    const { baseUrl = ANTHROPIC, apiKey, model, idleMs, request } = call;
    let wire: ReturnType<typeof openWire>;
    try {
      wire = openWire({ ...parts, baseUrl, idleMs, maxBytes: answerBytes(request.maxOutputTokens) });
    } catch {
      return NOT_A_PLACE;
    }
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    // never left out: the SDK would look for a key in the environment
    const vendor = createAnthropic({ baseURL: wire.base, apiKey: apiKey ?? '', fetch: wire.send });
    const prompt = toPrompt(request.messages, { systemFirst: true });
    const providerOptions = { anthropic: { toolStreaming: false } };
    return sdkAttempt(vendor(model), { prompt, ...toTools(request.tools), providerOptions }, wire, call);
  },
});
