/**
 * What a start tells the person or the supervisor who started it. Keys are never printed. A new orchestrator's token is
 * shown once on a terminal; where nobody watches, where lines end up in log files, it goes to a file of the owner's alone.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Logger } from 'pino';
import { rfc3339 } from '../kernel/time.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import type { Sink } from './operational-log.ts';
import { SALLYPORT } from './program-name.ts';
import { writeSecretFile } from './secret-file.ts';
import type { Founding } from './start.ts';
import { StartError } from './start-error.ts';
import type { ServedTls } from './tls-files.ts';

const DEFAULT_URL = CLIENT_SETTINGS.url.fallback;

export const TOKEN_FILE = 'orchestrator.token';
/** Made anew at every start as long as nobody has set up. */
export const SET_UP_FILE = 'set-up.link';

const KEEPS: Readonly<Record<string, string>> = {
  'encryption.key': 'seals credentials and personal data',
  'log.key': 'signs the audit log',
};

/** @throws StartError when the token can't be handed over. */
export function announceFounding({ folder, keyFiles, token }: Founding, log: Logger, out: Sink): void {
  if (out.isTTY !== true) {
    if (keyFiles.length > 0) log.info({ keyFiles }, 'made the keys; keep a copy of them elsewhere');
    if (token !== null)
      log.info({ file: keepToken(folder, token) }, 'made the orchestrator token and wrote it to a file');
    return;
  }
  if (keyFiles.length > 0) {
    const rows = keyFiles.map((path) => `  ${basename(path).padEnd(16)} ${KEEPS[basename(path)] ?? ''}`);
    out.write(`Made in ${folder}, for you alone to read; keep a copy elsewhere:\n${rows.join('\n')}\n\n`);
  }
  if (token !== null) {
    out.write(
      `The orchestrator's token administers everything. It is shown this once:\n\n  export SALLYPORT_TOKEN=${token}\n\n`,
    );
  }
}

/** The file's path. One that is there holds the token of another database: it is set aside, not lost. */
function keepToken(folder: string, token: string): string {
  const file = join(folder, TOKEN_FILE);
  try {
    if (existsSync(file)) renameSync(file, `${file}.old`);
    writeSecretFile(file, `${token}\n`);
    return file;
  } catch (error) {
    throw new StartError(
      `The orchestrator's token could not be written to ${file} and is lost; set ORCHESTRATOR_SECURITY_TOKEN to one of your own (openssl rand -hex 32).`,
      error,
    );
  }
}

/** Said at every start in demo mode, whoever watches. */
export function announceDemo(log: Logger, out: Sink): void {
  const say =
    'DEMO MODE: authentication is off. Requests from this machine need no token and act as the orchestrator; nothing real is sent.';
  if (out.isTTY === true) out.write(`${'*'.repeat(78)}\n  ${say.replace('. ', '.\n  ')}\n${'*'.repeat(78)}\n\n`);
  else log.warn(say);
}

/** That it is ready, and, after a first start, what to do now. */
export function announceReady(
  url: string,
  { token }: Founding,
  log: Logger,
  out: Sink,
  tls: ServedTls | null = null,
): void {
  const until = tls === null ? '' : rfc3339(tls.validUntil);
  if (out.isTTY !== true) {
    log.info({ url, mcp: `${url}/mcp`, ...(tls === null ? {} : { pin: tls.pin, until }) }, 'listening');
    return;
  }
  out.write(`Listening on ${url}, for MCP on ${url}/mcp. Ctrl-C stops.\n`);
  if (tls !== null) out.write(`TLS 1.3 with the key ${tls.pin}, certificate until ${until}.\n`);
  if (token !== null) {
    out.write(`
Next, in another terminal, after the export line from above:
${url === DEFAULT_URL ? '' : `  export SALLYPORT_URL=${url}\n`}  ${SALLYPORT} agent provision Ada --capabilities.sms     a first agent, and its token
  ${SALLYPORT} --help                                     everything else
  npm run tour                                                    the whole story, in seconds

Everything is in sandbox: no message leaves this machine.
`);
  }
  out.write('\n');
}

/** How the first person becomes the Owner: on a terminal, or in a file of the owner's alone. */
export function announceSetUp(link: string, folder: string, log: Logger, out: Sink): void {
  if (out.isTTY === true) {
    out.write(`Nobody can sign in yet. Open this within the hour to become the first Owner:\n\n  ${link}\n\n`);
    return;
  }
  const file = join(folder, SET_UP_FILE);
  try {
    rmSync(file, { force: true }); // that of an earlier start is worth nothing now
    writeSecretFile(file, `${link}\n`);
    log.info({ file }, 'nobody can sign in yet: wrote the link for the first Owner, good for one hour, to a file');
  } catch (err) {
    log.warn({ err, file }, 'nobody can sign in yet, and the link for the first Owner could not be written to a file');
  }
}
