/** What settings that are valid one by one mean together. */
import { standardWebhookKey } from '../../kernel/standard-webhook.ts';
import { LOOPBACK_NETWORKS } from '../../shield/address-list.ts';
import { isOnThisMachine } from '../client-settings.ts';
import type { Settings } from '../settings.ts';
import { type Check, type Finding, fail, fine, warn } from './check.ts';

const inProduction = ({ environment }: Settings): boolean => environment === 'production';

export const SETTINGS_CHECKS: readonly Check[] = [
  {
    name: 'demo mode',
    async run(settings, { answering }) {
      const by = await answering();
      if (by.is === 'sallyport' && by.demo && !settings.demoMode)
        return fail(
          'The server that runs is in demo mode, and these settings are not.',
          'Stop it, and start one with these settings.',
        );
      return settings.demoMode
        ? warn(
            'DEMO_MODE is on: anybody on this machine acts without a token.',
            'Remove DEMO_MODE before anything real is at stake.',
          )
        : fine('Off.');
    },
  },
  { name: 'addresses', run: addresses },
  { name: 'proxies', run: proxies },
  { name: 'secrets', run: secrets },
  {
    name: 'alerts',
    run({ alertWebhookUrl, alertWebhookSecret, alertEmail, alertSms }) {
      if (alertWebhookUrl !== null) return fine('Posted to ALERT_WEBHOOK_URL, signed.');
      if (alertWebhookSecret === null && alertEmail.length + alertSms.length > 0)
        return fine('They go to ALERT_EMAIL or ALERT_SMS.');
      return alertWebhookSecret === null
        ? warn(
            'They go to the logs alone.',
            'Set ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET, or ALERT_EMAIL or ALERT_SMS, so that somebody hears of them.',
          )
        : warn('ALERT_WEBHOOK_SECRET is set, and ALERT_WEBHOOK_URL is not.', 'Set ALERT_WEBHOOK_URL too.');
    },
  },
];

function addresses(settings: Settings): Finding {
  const { publicUrl } = settings;
  const { webhookBaseUrl } = settings;
  const named = Object.entries({ PUBLIC_URL: publicUrl, WEBHOOK_BASE_URL: webhookBaseUrl });
  if (!inProduction(settings)) return fine(`People reach it under ${publicUrl ?? 'http://localhost:<port>'}.`);
  for (const [name, url] of named) {
    if (url === null) continue;
    if (!url.startsWith('https:')) return fail(`${name} is plain HTTP.`, 'Begin it with https://.');
    if (isOnThisMachine(url))
      return fail(`${name} is this machine to whoever reads it.`, 'Set the name under which others reach the server.');
  }
  return publicUrl === null
    ? fail(
        'NODE_ENV=production, and PUBLIC_URL is not set.',
        'Set PUBLIC_URL to the https:// address under which others reach the server.',
      )
    : fine(`Others reach it under ${publicUrl}.`);
}

function proxies(settings: Settings): Finding {
  const { host, trustedTlsProxy, trustProxy, trustedProxies, tlsCertFile } = settings;
  const beyond = !isOnThisMachine(`http://${host.includes(':') ? `[${host}]` : host}`);
  const believed = trustedProxies.filter((network) => !LOOPBACK_NETWORKS.includes(network));
  if (trustedProxies.some((network) => network.endsWith('/0')))
    return fail(
      'TRUSTED_PROXIES names everybody, so that each client may choose its own address and say that it came by HTTPS.',
      'Name the addresses of the proxies in front alone.',
    );
  if (tlsCertFile !== null && beyond && believed.length === 0)
    return fine('None is believed; clients reach it by TLS.');
  if (trustProxy === 0 && (trustedTlsProxy || believed.length > 0))
    return warn(
      `${trustedTlsProxy ? 'TRUSTED_TLS_PROXY' : 'TRUSTED_PROXIES'} says that there is a proxy, and TRUST_PROXY=0 that there is none: all its clients share its address in limits and lock-outs.`,
      'Set TRUST_PROXY to the number of proxies in front.',
    );
  return inProduction(settings) && !trustedTlsProxy && tlsCertFile === null && settings.publicUrl !== null
    ? warn(
        'NODE_ENV=production without TRUSTED_TLS_PROXY: only a proxy on this machine can reach it.',
        'Leave it if that is so.',
      )
    : fine(trustedTlsProxy ? 'A proxy in front ends TLS.' : 'It listens on loopback.');
}

/** Fewer different characters or bytes than a random value of that length ever has. */
const MIN_DISTINCT = 10;
const FROM_A_BOOK = /change.?me|password|example|default|secret|0123456789|123456789|qwerty|letmein/i;

function secrets({ orchestratorToken, encryptionKey, alertWebhookSecret, previousEncryptionKeys }: Settings): Finding {
  const set = [orchestratorToken, encryptionKey, alertWebhookSecret, ...previousEncryptionKeys].filter(
    (one) => one !== null,
  );
  if (new Set(set.map((one) => one.toLowerCase())).size < set.length)
    return fail('One value is used for two secrets.', 'Make one for each: openssl rand -hex 32');
  if (orchestratorToken !== null) {
    const remake = 'Set ORCHESTRATOR_SECURITY_TOKEN to a random one: openssl rand -hex 32';
    if (new Set(orchestratorToken).size < MIN_DISTINCT)
      return fail('ORCHESTRATOR_SECURITY_TOKEN can be guessed.', remake);
    if (FROM_A_BOOK.test(orchestratorToken))
      return warn('ORCHESTRATOR_SECURITY_TOKEN looks like one from an example.', remake);
  }
  if (alertWebhookSecret !== null && new Set(standardWebhookKey(alertWebhookSecret)).size < MIN_DISTINCT)
    return fail('ALERT_WEBHOOK_SECRET can be guessed.', 'Make a random one: echo "whsec_$(openssl rand -base64 32)"');
  return fine(
    set.length === 0 ? 'None is set; the files of the data folder hold them.' : 'None is weak or used twice.',
  );
}
