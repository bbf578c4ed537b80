/**
 * How long an address stays reserved when nobody learns how binding, unbinding or buying it ended. After a day the provider
 * is asked no more (`guard/executor.ts`), so the reservation would stand in everybody's way for ever.
 */
import { DAY_MS } from '../../kernel/time.ts';

const RESERVED_FOR_MS = DAY_MS;

/** A reservation that was made before this time (ms) holds nothing any more, unless its action is still at work. */
export const reservedSince = (now: number): number => now - RESERVED_FOR_MS;
