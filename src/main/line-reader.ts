/**
 * A file of lines, byte for byte: split at LF alone and decoded strictly. Node's `readline` also splits at CR and at
 * U+2028 and repairs broken UTF-8, so that a changed byte in a log could go unseen.
 */
import { fromUtf8 } from '../kernel/encoding.ts';

const LF = 0x0a;

/** Lines without their LF. One that is not UTF-8 comes as U+FFFD, which is no line of any export. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      yield lineOf(Buffer.concat([rest, chunk.subarray(from, end)]));
      rest = new Uint8Array();
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield lineOf(rest);
}

const lineOf = (bytes: Uint8Array): string => fromUtf8(bytes) ?? '\u{fffd}';
