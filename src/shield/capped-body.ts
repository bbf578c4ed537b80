/** An answer's body as a web stream that fails when it grows too large or its time is over, and ends the connection then. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { FetchRefused } from './fetch-refused.ts';

export function cappedBody(answer: IncomingMessage, maxBytes: number, ends: AbortSignal): ReadableStream<Uint8Array> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    let size = 0;
    try {
      for await (const chunk of answer) {
        size += chunk.byteLength;
        if (!(size <= maxBytes)) throw new FetchRefused('too_large', `the answer is larger than ${maxBytes} bytes`);
        yield chunk;
      }
    } catch (error) {
      throw ends.aborted ? new FetchRefused('timeout', 'it took too long') : error;
    } finally {
      answer.destroy();
    }
  }
  return Readable.toWeb(Readable.from(counted())) as ReadableStream<Uint8Array>;
}
