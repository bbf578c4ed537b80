/** TLS as this server would serve it, and whether the public address is one that passkeys can be bound to. */
import { isIP } from 'node:net';
import { DAY_MS, rfc3339 } from '../../kernel/time.ts';
import { publicUrl, type Settings } from '../settings.ts';
import { StartError } from '../start-error.ts';
import { readTls, type ServedTls, tlsFilesOf } from '../tls-files.ts';
import { type Check, type Finding, fail, fine, type Surroundings, warn } from './check.ts';

/** Most authorities' tools renew at a third of ninety days: what is left below that was not renewed. */
const RENEW_WITHIN_MS = 21 * DAY_MS;

export const TLS_CHECKS: readonly Check[] = [
  { name: 'tls', run: certificate },
  { name: 'passkeys', run: passkeys },
];

async function certificate(settings: Settings, { clock, answering }: Surroundings): Promise<Finding> {
  const files = tlsFilesOf(settings);
  if (files === null)
    return fine(settings.trustedTlsProxy ? 'The proxy in front ends it.' : 'Off: plain HTTP, for this machine alone.');
  const tls = read(() => readTls(files, clock.now()));
  if (!('pin' in tls)) return tls;
  const { validUntil, pin, isFor } = tls;
  const until = rfc3339(validUntil);
  const name = nameOf(publicUrl(settings, settings.port));
  if (!isFor(name))
    return fail(
      `The certificate in ${files.cert} is not for ${name}, under which people reach it.`,
      `Serve one that names ${name}, or set PUBLIC_URL to a name that is in it.`,
    );
  const by = await answering();
  if (by.is === 'sallyport' && by.pin !== pin)
    return fail(
      by.pin === null
        ? 'The server that runs speaks plain HTTP, and these settings say TLS.'
        : 'The server that runs serves another key than the files hold.',
      by.pin === null ? 'Start it with these settings.' : 'Send it SIGHUP, and look into its log for what is wrong.',
    );
  return validUntil - clock.now() < RENEW_WITHIN_MS
    ? warn(`The certificate ends ${until}.`, `Put a new one into ${files.cert}; it is served within seconds.`)
    : fine(`TLS 1.3 until ${until}, with the key ${pin}.`);
}

function passkeys(settings: Settings): Finding {
  const url = publicUrl(settings, settings.port);
  const name = nameOf(url);
  return isIP(name) === 0
    ? fine(`They are bound to ${name}; under another name they will not work.`)
    : warn(
        `PUBLIC_URL has an IP address, which a passkey can't be bound to (WebAuthn, relying party identifier).`,
        isLoopbackAddress(name) ? 'Use http://localhost and its port.' : 'Set PUBLIC_URL to a host name.',
      );
}

/** The host of an address, without brackets. */
const nameOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

const isLoopbackAddress = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** What would stop a start, as a finding. */
function read(look: () => ServedTls): ServedTls | Finding {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const [says = '', ...todo] = error.message.split('; ');
    return fail(`${says}.`, todo.join('; '));
  }
}
