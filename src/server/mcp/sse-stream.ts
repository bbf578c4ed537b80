/**
 * What the SDK's legacy transport sees of Node's response: it sends its own head, which would allow caching, and writes
 * without ever asking whether anybody reads. Here the head stays the door's, and a reader that lets answers pile up is
 * cut off instead of filling the memory.
 */
import type { ServerResponse } from 'node:http';
import { setOn } from '../../shield/node-server.ts';
import type { HeaderList } from '../../shield/security-headers.ts';

/** Bytes written and not yet taken by the network before another answer cuts the stream. */
const MAX_UNREAD_BYTES = 1_048_576;

const HEAD: HeaderList = [
  ['content-type', 'text/event-stream'],
  ['connection', 'keep-alive'],
  ['x-accel-buffering', 'no'], // nginx would collect events before it passes them on
];

export interface EventStream {
  /** To be used by the transport. */
  readonly forTransport: ServerResponse;
  readonly isOpen: () => boolean;
  /** A comment: keeps proxies from closing a silent stream, and shows when nobody is there any more. */
  readonly beat: () => void;
}

export function eventStream(response: ServerResponse): EventStream {
  const isOpen = () => !response.destroyed && !response.writableEnded;
  const write = (text: string): boolean => {
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    return isOpen() && response.write(text);
  };
  const facade = {
    writeHead(status: number) {
      setOn(response, HEAD);
      return response.writeHead(status);
    },
    write,
    on: (event: string, listener: () => void) => response.on(event, listener),
    end: () => response.end(),
  };
  return {
    forTransport: facade as unknown as ServerResponse, // the transport uses these four and nothing else of it
    isOpen,
    beat: () => void write(': still here\n\n'),
  };
}
