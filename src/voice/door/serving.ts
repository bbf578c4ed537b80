/** An agent's application on a port, and its end. What can't be meant (a port in use, one that nobody may have) is said in words. */
import { isIPv6 } from 'node:net';
import { SECOND_MS } from '../../kernel/time.ts';
import { listenOnNode, type NodeListenParts } from '../../shield/node-listen.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { Logger } from '../logger.ts';
import type { VoiceSettings } from '../settings.ts';
import type { SslConfig } from '../ssl-config.ts';
import { protectionHeaders } from './protection.ts';

export interface ServeParts extends Pick<NodeListenParts, 'app' | 'headers' | 'times' | 'tls' | 'onClosing'> {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
}

export interface Serving {
  /** Where this machine reaches it, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more requests and lets running ones finish for `timeoutMs` milliseconds, ten seconds unless said. May be called
   * again, also to hurry.
   */
  stop(timeoutMs?: number): Promise<void>;
}

const DRAIN_MS = 10 * SECOND_MS;

/** @throws ConfigurationError that names the host and port that can't be listened on. */
export async function serveApp({ host, port, log, ...parts }: ServeParts): Promise<Serving> {
  const listening = await listenOnNode(parts, host, port).catch((fault: unknown) => {
    throw notListening(fault, host, port);
  });
  const scheme = (parts.tls ?? null) === null ? 'http' : 'https';
  const url = `${scheme}://${reachable(host)}:${listening.port}`;
  log.info('listening', { url });

  let stopped: Promise<void> | null = null;
  return {
    url,
    port: listening.port,
    async stop(timeoutMs = DRAIN_MS) {
      const closed = listening.close(timeoutMs);
      stopped ??= closed.then(() => log.info('stopped', { url }));
      await closed;
      await stopped;
    },
  };
}

export interface ProtectedParts extends Pick<ServeParts, 'app' | 'host' | 'port' | 'log'> {
  readonly ssl: SslConfig;
  readonly settings: Pick<VoiceSettings, 'requestTimeoutMs'>;
}

/**
 * The same for an application behind `protection`, with the times and headers that go with it beneath: by HTTPS where TLS is on,
 * or not at all.
 * @throws ConfigurationError also where TLS is switched on and can't be served.
 */
export async function serveProtected({ ssl, settings, ...parts }: ProtectedParts): Promise<Serving> {
  const { requestTimeoutMs } = settings;
  return serveApp({
    ...parts,
    headers: protectionHeaders(ssl.getHstsHeader()),
    times: { bodyTimeoutMs: requestTimeoutMs, silenceTimeoutMs: 4 * requestTimeoutMs },
    tls: ssl.requireServerOptions(),
  });
}

const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '::', ''];

const reachable = (host: string): string => {
  if (ANY_ADDRESS.includes(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
};

const FAULTS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is in use: stop what listens there, or choose another port.`,
  EACCES: (host, port) => `This process may not listen on port ${port} of ${host}: choose a port from 1024.`,
  EADDRNOTAVAIL: (host, port) => `This machine has no address ${host}: port ${port} can't be listened on there.`,
  ENOTFOUND: (host, port) => `The host ${host} is not known: port ${port} can't be listened on there.`,
  ERR_SOCKET_BAD_PORT: (_, port) => `The port must be a whole number from 0 to 65535, not ${port}.`,
};

function notListening(fault: unknown, host: string, port: number): unknown {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  const says = FAULTS[code]?.(host, port);
  return says === undefined ? fault : new ConfigurationError(says);
}
