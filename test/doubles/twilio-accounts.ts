/** Several accounts of Twilio behind one address, as at Twilio itself: each request goes to the double of the account that it names. */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TwilioDouble } from './twilio.ts';

const ACCOUNT = /\/Accounts\/(AC[0-9a-f]{32})/i;

export async function twilioAccounts(
  doubles: () => readonly TwilioDouble[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    const named = ACCOUNT.exec(request.url ?? '')?.[1];
    const double = doubles().find(({ accountSid }) => accountSid === named);
    if (double === undefined) {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"code":20003,"message":"Authenticate","status":401}');
      return;
    }
    const { method, url = '', headers } = request;
    const onward = httpRequest(double.url + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
