/** What commands that talk to a running server take from the environment; read by `settings.ts`. */

import type { Kind, Setting } from '../kernel/setting.ts';
import { isBearerToken } from '../shield/bearer.ts';
import { LOOPBACK_HOSTS } from '../shield/host.ts';
import { baseUrl } from '../shield/setting-kinds.ts';
import { SETTINGS } from './settings-schema.ts';

/** Any token that fits in a header: the server judges it. */
const token: Kind<string> = {
  is: 'a token as the server printed it',
  read: (text) => (isBearerToken(text) ? text : null),
};

export interface ClientSettings {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string | null;
  readonly dataDir: string;
}

export const CLIENT_SETTINGS: { readonly [Key in keyof ClientSettings]: Setting<ClientSettings[Key]> } = {
  url: {
    name: 'SALLYPORT_URL',
    kind: baseUrl,
    fallback: 'http://localhost:3100',
    says: 'The server that commands talk to.',
  },
  token: {
    name: 'SALLYPORT_TOKEN',
    kind: token,
    fallback: null,
    fallbackSays: 'orchestrator.token in DATA_DIR, if it is there and the server is on this machine',
    secret: true,
    says: 'The token that commands show to the server.',
  },
  dataDir: SETTINGS.dataDir,
};

export const isOnThisMachine = (url: string): boolean => LOOPBACK_HOSTS.some((name) => name === new URL(url).hostname);

export const plainHttpFault = ({ url }: ClientSettings): string | null =>
  url.startsWith('https:') || isOnThisMachine(url)
    ? null
    : `SALLYPORT_URL=${url} would carry your token over plain HTTP; begin it with https://.`;
