/** The providers of this server, from its settings: who carries what in production, and what administrators ask of them. */
import type { Carriers } from '../comms/ports.ts';
import type { OpenCredentials, Vendors } from '../comms/provider-ports.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { publicUrl, type Settings } from './settings.ts';

export interface VendorParts {
  readonly settings: Settings;
  readonly open: OpenCredentials;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly onFault: (fault: unknown) => void;
}

export interface Connected {
  readonly vendors: Vendors;
  readonly production: Carriers['production'];
}

export function connectVendors({ settings, open }: VendorParts): Connected {
  const baseUrl = () => publicUrl(settings, settings.port);
  return { vendors: { accounts: {}, open, baseUrl }, production: {} };
}
