/** A list of the API from its first page to its last. For lists of what people made by hand, which are short. */
import { about } from '../organization.ts';
import type { Query } from '../query.ts';
import { get } from './session.ts';

const PAGE = 100;

/** @param member what the pages call their rows. */
export async function everyPage<T>(path: string, member: string, query: Query = {}): Promise<readonly T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page: Readonly<Record<string, unknown>> = await get(about(path, { ...query, limit: PAGE, cursor }));
    all.push(...(page[member] as readonly T[]));
    cursor = ((page['nextCursor'] ?? page['cursor']) as string | null | undefined) ?? null;
  }
  return all;
}
