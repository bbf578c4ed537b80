/** Where whoever supervises the process asks whether it is alive, and whether it takes requests. */
export const ALIVE: readonly string[] = ['/healthz', '/health'];
export const READY: readonly string[] = ['/readyz', '/ready'];

const PATHS: ReadonlySet<string> = new Set([...ALIVE, ...READY]);

/** What may be asked over plain HTTP too, from wherever the supervisor stands: nothing of it is secret. */
export const isHealth = (path: string): boolean => PATHS.has(path);
