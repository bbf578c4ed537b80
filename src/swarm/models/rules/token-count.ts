/**
 * How many tokens a request has, before any vendor has counted them. Tokenizers are the vendors' and differ, so this is a rule
 * on bytes that counts high, not a bound: within words of the Latin alphabet a small letter counts half, and so does a blank;
 * every other byte of UTF-8 counts one. English prose comes out at about twice the vendors' count, Chinese and emoji
 * at two to four times. A byte-level tokenizer can never exceed one token a byte, so that only text of small letters
 * without sense can exceed this rule, by a factor of two at most; the step is then settled by what the vendor counted.
 */
import type { ModelRequest } from '../port.ts';

/** What a vendor's own frame adds to a message, a call or a tool: roles, ids, marks. */
const FRAME = 16;

const half = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || code === 0x20;
const letter = (code: number): boolean => half(code) || (code >= 0x41 && code <= 0x5a);

export function countText(text: string): number {
  let halves = 0;
  let before = 0x20;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // each half of a surrogate pair stands for two of its four bytes
    if (code < 0x80) halves += half(code) && letter(before) ? 1 : 2;
    else halves += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 4 : 6;
    before = code;
  }
  return Math.ceil(halves / 2);
}

/** Of everything that is sent. What comes back is limited by `maxOutputTokens`, and reserved whole. */
export function countInput({ messages, tools }: Pick<ModelRequest, 'messages' | 'tools'>): number {
  let tokens = FRAME;
  for (const message of messages) {
    tokens += FRAME + countText(message.text);
    if (message.role === 'assistant')
      for (const { name, args } of message.calls)
        tokens += FRAME + countText(name) + countText(JSON.stringify(args) ?? '');
  }
  for (const { name, description, schema } of tools)
    tokens += FRAME + countText(name) + countText(description) + countText(JSON.stringify(schema));
  return tokens;
}

/** So much higher than a vendor's count this one may be; a context is exceeded beyond doubt only then. */
const COUNTS_HIGH_BY = 4;

export const exceedsContext = (input: number, contextTokens: number): boolean => input > contextTokens * COUNTS_HIGH_BY;
