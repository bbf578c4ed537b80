/**
 * The log, read page by page through the REST door into the lines of an export (`audit/export.ts`). The header comes from
 * the first page; entries logged meanwhile are not part of it.
 */
import * as z from 'zod';
import { type ExportHeader, headerLine, leafLine } from '../audit/export.ts';
import { fromBase64 } from '../kernel/encoding.ts';
import { looksLikeId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';

const pageShape = z.object({
  origin: z.string(),
  vkey: z.string(),
  size: z.int().min(0),
  checkpoint: z.string(),
  organizationId: z.custom<OrgId>((value) => typeof value === 'string' && looksLikeId('org', value)),
  leaves: z.array(
    z.object({
      index: z.int().min(0),
      leaf: z.string().transform((text, context) => {
        const hash = fromBase64(text);
        if (hash === null) context.addIssue('is not base64');
        return hash ?? z.NEVER;
      }),
      body: z.string().nullable(),
    }),
  ),
  nextFrom: z.int().nullable(),
});

/** Asks for a page; must throw when it is refused. */
export type AskPage = (input: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface RemoteLog {
  readonly header: ExportHeader;
  /** Without line ends; `onProgress` is told after each page how many leaves are there. */
  lines(onProgress?: (leaves: number) => void): AsyncGenerator<string>;
}

/** `everyOrganization`: the entries of all in full, which the platform alone may read. */
export async function readRemoteLog(
  ask: AskPage,
  scope: { readonly everyOrganization: boolean; readonly organizationId?: string | undefined },
): Promise<RemoteLog> {
  const first = pageShape.parse(await ask({ ...scope }));
  const { origin, vkey, size, checkpoint } = first;
  const org = scope.everyOrganization ? PLATFORM_ORG : first.organizationId;

  const header = { origin, vkey, org, size, checkpoint };

  async function* lines(onProgress: (leaves: number) => void = () => undefined): AsyncGenerator<string> {
    yield headerLine(header);
    for (let page = first; ; ) {
      for (const { index, leaf, body } of page.leaves) yield leafLine(index, body === null ? { leaf } : { leaf, body });
      onProgress(page.nextFrom ?? size);
      if (page.nextFrom === null) return;
      page = pageShape.parse(await ask({ ...scope, from: page.nextFrom, size }));
    }
  }

  return { header, lines };
}
