/** Call scripts as they stand in a function's answer: the platform runs them where the call is. */
import { jsonCopy } from '../agent/json-copy.ts';
import type { SwmlDocument } from '../agent/render-agent.ts';

type Data = Readonly<Record<string, unknown>>;

export const inlineScript = (...main: readonly Data[]): SwmlDocument => ({ version: '1.0.0', sections: { main } });

/**
 * @param content a document, what makes one by `toDict()`, or its JSON; other text becomes `raw_swml`.
 * @throws TypeError for anything else.
 */
export function scriptOf(content: unknown): Data {
  if (typeof content === 'string') return documentIn(content) ?? { raw_swml: content };
  const document = isRecord(content) && typeof content['toDict'] === 'function' ? content['toDict']() : content;
  if (!isRecord(document)) throw new TypeError('A script is a document, its JSON, or something with toDict().');
  return jsonCopy(document);
}

function documentIn(text: string): Data | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
