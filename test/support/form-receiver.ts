/** Receives forms over HTTP and remembers them as they came: for callbacks that a provider's double delivers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedForm {
  /** Path and query as sent. */
  readonly target: string;
  readonly params: readonly (readonly [string, string])[];
  readonly signature: string;
}

export interface FormReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedForm[];
}

export async function formReceiver(): Promise<FormReceiver> {
  const received: ReceivedForm[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const signature = String(request.headers['x-twilio-signature'] ?? '');
      received.push({ target: request.url ?? '', params: [...new URLSearchParams(text)], signature });
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
