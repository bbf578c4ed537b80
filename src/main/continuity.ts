/**
 * That a start goes on with what is there: the encryption key opens it, and the log was signed by the same key under the
 * same name. Otherwise every request would fail, or the log would go on under a key that no auditor knows; so the start
 * stops. Asked before anything is written.
 */
import { verifyCheckpoint } from '../audit/checkpoint.ts';
import { parseVkey } from '../audit/signed-note.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { Store } from '../store/open.ts';
import { VaultError } from '../vault/vault-error.ts';
import { StartError } from './start-error.ts';

/** Any address will do: to look it up, the platform's keys are opened. */
const ANY_ADDRESS = '+14155550100';

/** @throws StartError */
export async function checkContinuity({ comms, log }: Pick<Store, 'comms' | 'log'>): Promise<void> {
  try {
    await comms.suppressionsOf(PLATFORM_ORG, ANY_ADDRESS);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new StartError(
      'The data was sealed with another key than CREDENTIALS_ENCRYPTION_KEY or encryption.key in DATA_DIR; bring that key back, or name it in CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS.',
      error,
    );
  }
  const { checkpoint, vkey, origin } = await log.head();
  const key = parseVkey(vkey);
  if (checkpoint === '' || (key !== null && verifyCheckpoint(checkpoint, key).ok)) return;
  const signedName = checkpoint.slice(0, checkpoint.indexOf('\n'));
  throw new StartError(
    signedName === origin
      ? 'The log was signed with another key than log.key in DATA_DIR; bring that file back, since auditors know its key.'
      : `The log is named ${signedName}; set LOG_ORIGIN to that, since auditors know it by that name.`,
  );
}
