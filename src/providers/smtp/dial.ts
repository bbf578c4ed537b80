/**
 * Connects to a mail server that an organisation has named. Threat: server-side request forgery: a name that leads to this machine,
 * its network or the cloud's metadata service. The name is resolved by the injected `addressesOf`, which gives only addresses that
 * may be connected to, and the connection goes to exactly one of those, so that a second answer of the name server can't swap it.
 */
import { connect, isIP, type Socket } from 'node:net';

/** The addresses of a host that this server may connect to; none when it may not. May reject when there is no such name. */
export type AddressesOf = (host: string) => Promise<readonly string[]>;

export type Dialled =
  | { readonly is: 'connected'; readonly socket: Socket; readonly loopback: boolean }
  | { readonly is: 'failed'; readonly why: 'name_not_found' | 'not_allowed' | 'unreachable' | 'cancelled' };

const MAX_ADDRESSES = 4;

/** Never rejects. The socket has an `error` listener, so that nothing is thrown while it changes hands. */
export async function dial(
  addressesOf: AddressesOf,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Dialled> {
  let addresses: readonly string[];
  try {
    addresses = await Promise.race([addressesOf(host), aborted(signal)]);
  } catch {
    return { is: 'failed', why: signal.aborted ? 'cancelled' : 'name_not_found' };
  }
  if (addresses.length === 0 || addresses.some((address) => isIP(address) === 0))
    return { is: 'failed', why: 'not_allowed' };
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const socket = await opened(address, port, signal);
    if (signal.aborted) {
      socket?.destroy();
      return { is: 'failed', why: 'cancelled' };
    }
    if (socket !== null) return { is: 'connected', socket, loopback: isLoopback(address) };
  }
  return { is: 'failed', why: 'unreachable' };
}

/** By the address that is connected to, never by a name. */
const isLoopback = (address: string): boolean => address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);

function opened(host: string, port: number, signal: AbortSignal): Promise<Socket | null> {
  const { promise, resolve } = Promise.withResolvers<Socket | null>();
  const socket = connect({ host, port });
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket
    .on('error', () => {})
    .once('connect', () => resolve(socket))
    .once('close', () => {
      signal.removeEventListener('abort', end);
      resolve(null);
    });
  if (signal.aborted) end();
  return promise;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
