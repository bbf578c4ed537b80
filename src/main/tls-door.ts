/**
 * The certificate that is served, kept current: its files are looked at again and again, and at once on SIGHUP. Good new ones
 * are served from the next connection on; of bad ones a person is told, and the old ones go on. Files are compared by content,
 * so that whatever puts them there (a rename, a symbolic link, an editor) is seen.
 */
import type { Alerts } from '../guard/alerts.ts';
import { ofPlatform, type Severity } from '../guard/alerts.ts';
import type { Clock } from '../kernel/clock.ts';
import { DAY_MS, rfc3339, SECOND_MS } from '../kernel/time.ts';
import type { Tls } from '../shield/node-listen.ts';
import { repeatedly } from './repeatedly.ts';
import { StartError } from './start-error.ts';
import { readTls, type ServedTls, type TlsFiles } from './tls-files.ts';

const EVERY_MS = 10 * SECOND_MS;

/** Told once each as the certificate comes near its end: days before, and how much it matters. */
const WARNINGS: readonly (readonly [days: number, severity: Severity])[] = [
  [0, 'HIGH'],
  [3, 'HIGH'],
  [10, 'MEDIUM'],
  [21, 'LOW'],
];

export interface TlsDoorParts {
  readonly files: TlsFiles;
  /** What is served already. */
  readonly first: ServedTls;
  /** Serves it from now on. @throws when it can't, with the one before still served. */
  readonly serve: (tls: Tls) => void;
  /** For the audit log. */
  readonly onRenewed: (served: ServedTls) => Promise<void>;
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

export interface TlsDoor extends AsyncDisposable {
  served(): ServedTls;
  /** Looks at the files now. A fault is told at once when `asked` for, else when it is still there at the next look. */
  look(asked?: boolean): Promise<void>;
}

export function keepTlsCurrent(parts: TlsDoorParts): TlsDoor {
  const { files, serve, onRenewed, alerts, clock, onFault } = parts;
  let served = parts.first;
  /** What was wrong at the last look, and whether it was told. */
  let wrong: { readonly say: string; readonly told: boolean } | null = null;
  let warnedAt = Number.POSITIVE_INFINITY;

  /** Of two files one may have been written and the other not yet: so a fault is told when it has lasted. */
  function fault(say: string, asked: boolean): void {
    const lasted = wrong?.say === say;
    const told = lasted && wrong?.told === true;
    const tell = !told && (asked || lasted);
    wrong = { say, told: told || tell };
    if (!tell) return;
    alerts.raise(
      ofPlatform({
        severity: 'HIGH',
        kind: 'tls_not_renewed',
        say: `${say} The certificate that was served before goes on; it ends ${rfc3339(served.validUntil)}.`,
        subject: 'tls',
        detail: { validUntil: rfc3339(served.validUntil) },
      }),
    );
  }

  function warnOfTheEnd(): void {
    const left = (served.validUntil - clock.now()) / DAY_MS;
    const due = WARNINGS.find(([days]) => left <= days);
    if (due === undefined || due[0] >= warnedAt) return;
    const [days, severity] = due;
    warnedAt = days;
    const ends = `${left <= 0 ? 'ran out at' : 'ends'} ${rfc3339(served.validUntil)}`;
    alerts.raise(
      ofPlatform({
        severity,
        kind: 'tls_certificate_ends',
        say: `The certificate in ${files.cert} ${ends}. Put a new one there; it is served within seconds.`,
        subject: `${days}d`,
        detail: { validUntil: rfc3339(served.validUntil) },
      }),
    );
  }

  async function look(asked = false): Promise<void> {
    try {
      const found = readTls(files, clock.now());
      if (!isSame(found.tls, served.tls)) {
        serve(found.tls);
        served = found;
        warnedAt = Number.POSITIVE_INFINITY;
        await onRenewed(served);
      }
      wrong = null;
    } catch (error) {
      if (error instanceof StartError) fault(error.message, asked);
      else onFault(error);
    }
    warnOfTheEnd();
  }

  const looking = repeatedly(EVERY_MS, async () => {
    await look();
    return false;
  });
  warnOfTheEnd();
  return { served: () => served, look, [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose]() };
}

const isSame = (one: Tls, other: Tls): boolean =>
  one.cert === other.cert && one.key === other.key && one.clientCa === other.clientCa;
