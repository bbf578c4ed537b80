/** Compiling the program takes a child process longer than all that it does: once is enough for all of them. */
import { fileURLToPath } from 'node:url';

/** For a child's environment. */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
} as const;
