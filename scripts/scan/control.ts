/**
 * A server with the faults that the scanners look for. A scanner that finds nothing here would find nothing anywhere, and
 * its clean report of the real server would be worth nothing. Listens on loopback while the scan runs, and holds nothing.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';

export interface Control extends AsyncDisposable {
  readonly url: string;
}

export async function startDangerouslyVulnerable(): Promise<Control> {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE TABLE contacts (id INTEGER, address TEXT); INSERT INTO contacts VALUES (1, '+14155550100')");
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/find') {
      const { contact } = JSON.parse(await text(request)) as { contact: string };
      try {
        const rows = database.prepare(`SELECT id FROM contacts WHERE address = '${contact}'`).all(); // on purpose
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows));
      } catch (error) {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
      }
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>You asked for ${searchParams.get('q')}</p>`); // on purpose
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('listening on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      database.close();
    },
  };
}
