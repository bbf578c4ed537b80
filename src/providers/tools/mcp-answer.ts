/** What a tool answered, as text for a model: its texts, or its structured content; everything else is described. */
import type { CallToolResult } from '@modelcontextprotocol/client';
import type { OutsideText } from '../../swarm/tools/servers.ts';

export const MAX_ANSWER_CHARS = 100_000;

export function answerOf({ content, structuredContent, isError }: CallToolResult): OutsideText {
  const parts = content.map(textOf);
  const hasText = content.some(({ type }) => type === 'text');
  if (structuredContent !== undefined && !hasText) parts.push(JSON.stringify(structuredContent));
  return { text: bounded(parts.join('\n')), isError: isError === true };
}

export const bounded = (text: string): string =>
  text.length <= MAX_ANSWER_CHARS
    ? text.toWellFormed()
    : `${text.slice(0, MAX_ANSWER_CHARS).toWellFormed()}\n[${text.length - MAX_ANSWER_CHARS} more characters are left out]`;

function textOf(block: CallToolResult['content'][number]): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type}, ${kindOf(block.mimeType)}, ${block.data.length} characters of base64, not shown]`;
    case 'resource_link':
      return `[link to a resource, ${kindOf(block.mimeType)}, not followed]`;
    case 'resource':
      return `[resource, ${kindOf(block.resource.mimeType)}, not shown]`;
    default:
      return '[content of a kind that is not shown]';
  }
}

const kindOf = (type: string | undefined): string =>
  type !== undefined && /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) ? type : 'of unknown kind';
