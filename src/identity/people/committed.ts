/** What becomes of a commit whose ground may be gone by then: somebody was faster, the code was used, the session has ended. */
import { SallyportError } from '../../kernel/errors.ts';

/** False when the ground of a write was gone. Any other fault passes through. */
export async function committed(commit: Promise<void>): Promise<boolean> {
  try {
    await commit;
    return true;
  } catch (fault) {
    if (fault instanceof SallyportError && fault.code === 'conflict') return false;
    throw fault;
  }
}
