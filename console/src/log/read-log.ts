/** The log from the API, page by page. */
import { get } from '../api/session.ts';
import { type Query, withQuery } from '../query.ts';
import type { ExportedLog, ExportHead, Leaf } from './exported-log.ts';

interface ExportPage extends ExportHead {
  readonly leaves: readonly Leaf[];
  readonly nextFrom: number | null;
}

const PAGE = 2_000;

/**
 * @param platform its id, for whoever reads the entries of all organisations.
 * @param onLeaves told how many came so far, of how many.
 */
export async function exportedLog(
  platform: string | null,
  onLeaves: (read: number, of: number) => void,
): Promise<ExportedLog> {
  const ask = (more: Query) =>
    get<ExportPage>(
      withQuery('/audit/export', { limit: PAGE, everyOrganization: platform === null ? null : true, ...more }),
    );
  const first = await ask({});
  const { leaves: _, nextFrom: __, organizationId, ...rest } = first;
  const head = { ...rest, organizationId: platform ?? organizationId };

  async function* pages() {
    let read = 0;
    for (let page = first; ; page = await ask({ from: page.nextFrom, size: head.size })) {
      yield page.leaves;
      read += page.leaves.length;
      onLeaves(read, head.size);
      if (page.nextFrom === null) return;
    }
  }
  return { head, pages: pages() };
}

/** As a file that `sallyport audit verify` checks offline (`sallyport-log/1`, JSON Lines). */
export async function exportFile({ head, pages }: ExportedLog): Promise<string> {
  const { origin, vkey, organizationId: org, size, checkpoint } = head;
  const lines = [JSON.stringify({ format: 'sallyport-log/1', origin, vkey, org, size, checkpoint })];
  for await (const page of pages) {
    for (const { index, leaf, body } of page)
      lines.push(JSON.stringify({ i: index, leaf, ...(body === null ? {} : { body }) }));
  }
  return `${lines.join('\n')}\n`;
}

/** The proof that an entry is in the log, as a file that the command line checks offline (`sallyport-proof/1`). */
export async function proofFile(index: number): Promise<string> {
  const { origin, vkey, size, checkpoint, proofs } = await get<ExportHead & { proofs: readonly object[] }>(
    `/audit/proof/${index}`,
  );
  return `${JSON.stringify({ format: 'sallyport-proof/1', actionId: null, origin, vkey, size, checkpoint, proofs }, null, 2)}\n`;
}
