/** What of a tool is pinned: everything that its server says of it which a model or a person may act on. */
import { canonicalJson, type Json } from '../../../kernel/canonical-json.ts';
import { toBase64url } from '../../../kernel/encoding.ts';
import { sha256 } from '../../../kernel/hash.ts';
import type { KnownTool } from '../facts.ts';
import type { SeenTool } from '../pins.ts';

/** A tool as an MCP server lists it (2026-07-28, `Tool`); members that are not here reach neither models nor people. */
export interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** @throws TypeError for what has no canonical form, such as half a character. */
export function seenTool({ name, title, description, inputSchema, outputSchema, annotations }: ListedTool): SeenTool {
  const text = canonicalJson({ name, title, description, inputSchema, outputSchema, annotations } as Json);
  return { tool: name, hash: hashOf(text), text };
}

/** The tool again from the text that was hashed. */
export const listedTool = ({ text }: Pick<SeenTool, 'text'>): ListedTool => JSON.parse(text) as ListedTool;

/** One hash for all that a server lists, so that a person approves exactly what was looked through. */
export const listingHash = (tools: readonly Pick<KnownTool, 'tool' | 'hash'>[]): string =>
  hashOf(canonicalJson(tools.map(({ tool, hash }) => [tool, hash]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))));

const hashOf = (text: string): string => toBase64url(sha256(text));
