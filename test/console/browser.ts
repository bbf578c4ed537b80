/** Debian's Chromium, driven as a person would: the pages of a real server, a virtual authenticator for passkeys. */
import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
/** Asked for by name, and there: these tests have a step of their own in CI. */
export const BROWSER_WANTED = process.env['SALLYPORT_BROWSER'] === '1';
export const BROWSER_RUNS = BROWSER_WANTED && existsSync(CHROMIUM);

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/** Its profile is a folder of its own that ends with it. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core'); // loaded only where it is used
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS });
}

export interface Tab {
  readonly page: Page;
  /** What the browser refused by the page's policy, and errors that no code caught. */
  readonly faults: string[];
  readonly authenticator: Authenticator;
}

/** As the DevTools protocol has it (WebAuthn.Credential). */
interface Credential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

export interface Authenticator {
  /** Passkeys on it. */
  credentials(): Promise<readonly Credential[]>;
  /** Brings one from another, as those do that are synced. */
  add(credential: Credential): Promise<void>;
  /** Whether whoever sits there unlocks it. */
  unlocks(yes: boolean): Promise<void>;
}

/** A new tab that goes nowhere yet. Each has an authenticator of its own, as each person has a phone. */
export async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Trusted ?Type|Permissions policy|preload/i.test(text)) faults.push(text);
  });
  return { page, faults, authenticator: await virtualAuthenticator(await context.newCDPSession(page)) };
}

async function virtualAuthenticator(session: CDPSession): Promise<Authenticator> {
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    add: async (credential) => void (await session.send('WebAuthn.addCredential', { authenticatorId, credential })),
    unlocks: (isUserVerified) =>
      session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }).then(() => undefined),
  };
}
