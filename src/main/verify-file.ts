/** An export verified from its bytes, in one pass and constant memory: a file, standard input, or what is in memory. */
import { exportVerifier, type VerifyReport } from '../audit/verify-export.ts';
import { linesOf } from './line-reader.ts';

/** What the reader knows from elsewhere: the log's key, a checkpoint kept from earlier. */
export interface Known {
  readonly vkey?: string;
  readonly kept?: string;
}

export async function verifyFile(chunks: AsyncIterable<Uint8Array>, known: Known): Promise<VerifyReport> {
  const verifier = exportVerifier(known);
  for await (const line of linesOf(chunks)) verifier.line(line);
  return verifier.report();
}
