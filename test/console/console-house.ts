/** The whole of Sallyport on a port of localhost, as a first start leaves it: nobody is there yet, and there is a set-up link. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { OIDC_CALLBACK_PATH } from '../../src/identity/factors/oidc.ts';
import { linkAddress } from '../../src/identity/people/links.ts';
import { compose, type House } from '../../src/main/compose.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import type { SwarmOverrides } from '../../src/main/swarm.ts';
import { engines } from '../support/engines.ts';
import { ORCHESTRATOR_TOKEN, testKeys } from '../support/house.ts';
import { CLIENT, startIdentityProvider } from '../support/identity-provider.ts';

export interface ConsoleHouse extends AsyncDisposable {
  readonly house: House;
  readonly url: string;
  readonly setUpLink: string;
  readonly faults: unknown[];
  /** Moves the server's clock on: attempts to sign in are counted by the minute, codes by the half minute. */
  pass(ms: number): void;
  now(): number;
  /** An action as the orchestrator. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into outputs of every shape
  done(path: string, input?: object): Promise<any>;
}

/** What its log-in is called on the pages. */
export const LOG_IN = 'Example Log-in';
const PLENTY = '1000000';

export interface ConsoleHouseOptions {
  /** An identity provider of the organisation stands beside it. */
  readonly withLogIn?: boolean;
  /** What scripted models answer, by name. */
  readonly scripts?: SwarmOverrides['scripts'];
}

export async function openConsoleHouse({
  withLogIn = false,
  scripts = {},
}: ConsoleHouseOptions = {}): Promise<ConsoleHouse> {
  await using stack = new AsyncDisposableStack();
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const faults: unknown[] = [];
  const keys = testKeys();
  const { engine, dispose } = await engines[0]!.open();
  stack.defer(dispose);
  const port = await freePort(); // passkeys are bound to the address, so it must be known before the server listens
  const url = `http://localhost:${port}`;
  const provider = withLogIn ? stack.use(await startIdentityProvider(`${url}${OIDC_CALLBACK_PATH}`)) : null;
  const settings = loadSettings({
    ...{ ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN, PUBLIC_URL: url, PORT: String(port) },
    ...{ HTTP_RATE_LIMIT_PER_IP: PLENTY, HTTP_RATE_LIMIT_GLOBAL: PLENTY },
    ...(provider !== null && {
      ...{ OIDC_ISSUER: provider.issuer, OIDC_LABEL: LOG_IN },
      ...{ OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret },
    }),
  });
  const house = stack.use(
    await compose({
      settings,
      dataDir: { path: '', encryptionKey: () => keys.encryption, logKey: () => keys.log },
      onFault: (fault) => void faults.push(fault),
      overrides: { clock, engine, roundsByHand: true, swarm: { scripts } },
    }),
  );
  const lines: string[] = [];
  const log = createOperationalLog({ level: 'warn', clock, out: { write: (line: string) => lines.push(line) } });
  const listening = await serverOf(house, settings, log).listen('127.0.0.1', port);
  stack.defer(() => listening.close(0));
  const held = stack.move();
  return {
    house,
    url,
    setUpLink: linkAddress(url, house.setUpToken!),
    faults,
    pass(ms) {
      offset += ms;
    },
    now: clock.now,
    async done(path, input = {}) {
      const headers = { authorization: `Bearer ${ORCHESTRATOR_TOKEN}`, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
