/** The database: reachable, of this release, opened by this key, and its log the one that was signed. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { sameHash } from '../../audit/merkle.ts';
import { noteSigner, parseVkey } from '../../audit/signed-note.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fromHex } from '../../kernel/encoding.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { type Inspection, inspectPostgres, inspectSqlite } from '../../store/inspect.ts';
import { createKeyRing } from '../../vault/key-ring.ts';
import { unreachableReceivers } from '../alert-receivers.ts';
import { readEncryptionKey, readKeptKeys, readLogKey } from '../key-files.ts';
import type { Settings } from '../settings.ts';
import { type Check, type Finding, fail, fine, type Surroundings, warn } from './check.ts';

/** The checks of one database share one look at it. */
export function databaseChecks(): readonly Check[] {
  let looked: Promise<Inspection | null> | undefined;
  const look = (settings: Settings, clock: Clock) => (looked ??= inspect(settings, clock));
  const check = (
    name: string,
    judge: (seen: Inspection, settings: Settings, around: Surroundings) => Finding,
    unread: (error: unknown, settings: Settings) => Finding = () => warn('Not looked at.', 'See the check "database".'),
  ): Check => ({
    name,
    async run(settings, around) {
      try {
        const seen = await look(settings, around.clock);
        return seen === null
          ? fine('There is no database yet; the first start makes it.')
          : judge(seen, settings, around);
      } catch (error) {
        return unread(error, settings);
      }
    },
  });
  return [
    check('database', migrations, unreachable),
    check('database clock', databaseClock),
    check('data key', dataKey),
    check('log', log),
    check('alert receivers', receivers),
  ];
}

async function inspect({ databaseUrl, dataDir }: Settings, clock: Clock): Promise<Inspection | null> {
  if (databaseUrl !== null) return inspectPostgres(databaseUrl, clock);
  const file = join(resolve(dataDir), 'sallyport.db');
  return existsSync(file) ? inspectSqlite(file) : null;
}

function migrations({ pending, unknown }: Inspection): Finding {
  if (unknown.length > 0) {
    return fail(
      `The database is of a newer release (${unknown.join(', ')}).`,
      'Install that release; an older one must not write to it.',
    );
  }
  return pending.length === 0
    ? fine('It can be read, and is of this release.')
    : warn(`The next start brings it to this release (${pending.join(', ')}).`, 'Make a backup before.');
}

const MAX_SKEW_MS = 5 * SECOND_MS;

/** Several servers on one database judge leases, sessions and codes each by its own clock. */
function databaseClock({ aheadMs }: Inspection): Finding {
  if (aheadMs === null) return fine('It is this machine’s.');
  return Math.abs(aheadMs) <= MAX_SKEW_MS
    ? fine('It agrees with this machine’s.')
    : fail(
        `The database's clock is ${Math.round(Math.abs(aheadMs) / SECOND_MS)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's.`,
        'Set both by NTP: leases, sessions and one-time codes depend on it.',
      );
}

function unreachable(error: unknown, { databaseUrl }: Settings): Finding {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return databaseUrl === null
    ? fail(
        `sallyport.db in DATA_DIR can't be read${code}.`,
        'Check that this user may read it and that it is whole; bring back a backup if not.',
      )
    : fail(
        `The database of DATABASE_URL can't be reached${code}.`,
        'Check its address, that it runs, and that this user may use it.',
      );
}

function dataKey(seen: Inspection, settings: Settings): Finding {
  const { encryptionKey, previousEncryptionKeys, dataDir } = settings;
  const active = encryptionKey === null ? readEncryptionKey(dataDir) : fromHex(encryptionKey);
  const opens =
    active === null
      ? false
      : seen.opensWith(
          createKeyRing(active, [
            ...(encryptionKey === null ? readKeptKeys(dataDir) : []),
            ...previousEncryptionKeys.map((key) => fromHex(key)!),
          ]),
        );
  if (opens === null) return fine('Nothing is sealed yet.');
  return opens
    ? fine('The encryption key opens what is stored.')
    : fail(
        'The data was sealed with another key.',
        'Bring back encryption.key or CREDENTIALS_ENCRYPTION_KEY, or name that key in CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS.',
      );
}

function receivers({ platformProviders }: Inspection, settings: Settings): Finding {
  const { alertEmail, alertSms, demoMode } = settings;
  const named = alertEmail.length + alertSms.length;
  if (named === 0) return fine('Nobody is told of alerts by mail or text message.');
  const out = unreachableReceivers(settings, demoMode ? [] : platformProviders);
  return out.length === 0
    ? fine(`${named} are told of alerts by mail or text message.`)
    : warn(
        `Alerts can't reach ${out.join(' and ')}: the platform has no account that carries them${demoMode ? ' in demo mode' : ''}.`,
        'Register one with comms_register_provider for org_platform, then: sallyport alerts test',
      );
}

const KEEP = 'Keep a copy for whoever looks into it, and bring back a whole backup.';

function log({ log }: Inspection, { dataDir, logOrigin }: Settings, { clock }: Surroundings): Finding {
  if (log === null || log.size === 0) return fine('It has no entry yet.');
  const key = readLogKey(dataDir);
  if (key === null)
    return fail('The log was signed, and log.key is gone.', 'Bring that file back, since auditors know its key.');
  const signedName = log.checkpoint.slice(0, log.checkpoint.indexOf('\n'));
  if (signedName !== logOrigin)
    return fail(`The log is named ${signedName}.`, 'Set LOG_ORIGIN to that, since auditors know it by that name.');
  const signed = verifyCheckpoint(log.checkpoint, parseVkey(noteSigner(logOrigin, key).vkey)!);
  if (!signed.ok && signed.error === 'unknown_key') {
    return fail(
      'The log was signed with another key than log.key.',
      'Bring that file back, since auditors know its key.',
    );
  }
  if (!signed.ok || signed.value.size !== log.size || log.entries !== log.size) {
    return fail('The log is not the one that was signed.', KEEP);
  }
  if (log.signedAt > clock.now() + MINUTE_MS)
    return fail('The last entry of the log is in the future.', 'Set the clock by NTP before the next start.');
  if (log.root === null) return fine(`${log.size} entries under a valid signature; audit verify checks each of them.`);
  return sameHash(signed.value.root, log.root)
    ? fine(`${log.size} entries, each as it was signed.`)
    : fail('An entry of the log is not as it was signed.', KEEP);
}
