/** Work done again and again in the background, one round after the other, until it is disposed of. */
export function repeatedly(everyMs: number, round: () => Promise<void>): AsyncDisposable {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = round().finally(next);
    }, everyMs).unref();
  };
  next();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
