/**
 * To which server a command goes, and with which token. A token is never an argument, where every user of the machine can
 * see it; the token file that a first start wrote is shown to a server on this machine alone.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { TOKEN_FILE } from '../main/announce.ts';
import { type ApiClient, ApiUnreachable, createApiClient } from '../main/api-client.ts';
import { isOnThisMachine } from '../main/client-settings.ts';
import { readSecretFile } from '../main/secret-file.ts';
import { loadClientSettings } from '../main/settings.ts';
import { StartError } from '../main/start-error.ts';
import { isBearerToken } from '../shield/bearer.ts';
import { CommandFailure, misused } from './command-failure.ts';
import type { OutputFormat } from './output-format.ts';
import { problemLines } from './problem-text.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly tokenFile?: string;
}

export const withConnection = (command: Command): Command =>
  command
    .optionsGroup('Server:')
    .option('--url <address>', 'server to ask (default: SALLYPORT_URL, else http://localhost:3100)')
    .option('--token-file <file>', 'file with the token (default: SALLYPORT_TOKEN, else DATA_DIR/orchestrator.token)');

/** @throws StartError */
export const connect = (options: ConnectionOptions): ApiClient => createApiClient(credentials(options));

/** @throws StartError */
export function credentials({ url, tokenFile }: ConnectionOptions): { readonly url: string; readonly token: string } {
  const settings = loadClientSettings(url === undefined ? {} : { SALLYPORT_URL: url });
  const stored = isOnThisMachine(settings.url) ? readToken(join(settings.dataDir, TOKEN_FILE)) : null;
  const token = tokenFile === undefined ? (settings.token ?? stored) : readToken(tokenFile);
  if (token === null) {
    throw new StartError(
      tokenFile === undefined
        ? 'No token: set SALLYPORT_TOKEN to the one that the first start showed, or name a file that holds one with --token-file.'
        : `There is no file ${tokenFile}.`,
    );
  }
  return { url: settings.url, token };
}

function readToken(file: string): string | null {
  const token = existsSync(file) ? readSecretFile(file)?.trim() : undefined;
  if (token === undefined) return null;
  if (!isBearerToken(token)) throw new StartError(`${file} holds no token; it should be one line with nothing else.`);
  return token;
}

export interface Asking {
  /** How the command calls a field of the input. */
  readonly nameOf?: (issuePath: string) => string;
  /** How a refusal is told. */
  readonly format?: OutputFormat;
}

/** The answer's body. @throws CommandFailure when the server refused or failed, or gave no usable answer. */
export async function ask(
  client: ApiClient,
  path: string,
  input: unknown,
  { nameOf = (issuePath) => issuePath, format = 'text' }: Asking = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await client.post(path, input).catch((error: unknown) => {
    throw error instanceof ApiUnreachable ? unanswered(client.url, error.reason) : error;
  });
  if (status < 400) return body;
  throw new CommandFailure(1, problemLines(body, nameOf) ?? [`The server answered ${status}.`], {
    document: body,
    format,
  });
}

/** The request can't have arrived. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const unanswered = (url: string, reason: string): CommandFailure =>
  NOT_REACHED.has(reason)
    ? misused(
        `No server answers at ${url} (${reason}).`,
        'Start one with: npm start, or say where it is with --url or SALLYPORT_URL.',
      )
    : new CommandFailure(1, [
        `${url} gave no usable answer (${reason}): what was asked may or may not have been done.`,
      ]);
