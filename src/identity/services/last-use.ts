/**
 * When a service was used last, so that a key which nobody uses can be found and ended. Noted in memory on a request's way
 * and written behind, all together and at most once a minute each; a kill loses the last minute.
 */
import type { ServiceRecord, ServiceStore, Use } from './ports.ts';

/** More than are used within a minute lose their time, not the request. */
const MAX_NOTED = 10_000;

export interface LastUse extends AsyncDisposable {
  note(service: Pick<ServiceRecord, 'id' | 'org'>, at: number): void;
  /** Writes what was noted; repeated by whoever holds this. Never rejects. */
  write(): Promise<void>;
}

export function createLastUse(store: Pick<ServiceStore, 'recordUse'>, onFault: (fault: unknown) => void): LastUse {
  let noted = new Map<string, Use>();
  async function write(): Promise<void> {
    if (noted.size === 0) return;
    const uses = [...noted.values()];
    noted = new Map();
    try {
      await store.recordUse(uses);
    } catch (fault) {
      onFault(fault);
    }
  }
  return {
    note({ id, org }, at) {
      if (noted.size < MAX_NOTED || noted.has(id)) noted.set(id, { id, org, at });
    },
    write,
    [Symbol.asyncDispose]: write,
  };
}
