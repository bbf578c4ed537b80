/** Reads an answer's body as JSON: counted on the stream, whatever Content-Length says, and never more than the cap. */
import type { Json } from '../../kernel/canonical-json.ts';
import { fromUtf8 } from '../../kernel/encoding.ts';

export const MAX_ANSWER_BYTES = 1024 * 1024;

export type Body =
  | { readonly is: 'empty' }
  | { readonly is: 'json'; readonly json: Json }
  | { readonly is: 'half_answer' | 'not_json' | 'too_large' };

/** Never throws: a stream that breaks off is half an answer. */
export async function readBody(response: Response, maxBytes = MAX_ANSWER_BYTES): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) return { is: 'too_large' }; // leaving the loop cancels the stream
      chunks.push(chunk);
    }
  } catch {
    return { is: 'half_answer' };
  }
  if (size === 0) return { is: 'empty' };
  const text = fromUtf8(Buffer.concat(chunks, size));
  if (text === null) return { is: 'not_json' };
  try {
    return { is: 'json', json: JSON.parse(text) as Json };
  } catch {
    return { is: 'not_json' };
  }
}
