/**
 * Work done again and again in the background, one round after the other, until it is disposed of.
 * @param round never rejects; true: there is more to do, and the next one follows at once.
 */
export function repeatedly(everyMs: number, round: () => Promise<boolean>): AsyncDisposable {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const next = (more: boolean): void => {
    if (stopped) return;
    timer = setTimeout(
      () => {
        running = round().then(next);
      },
      more ? 0 : everyMs,
    ).unref();
  };
  next(false);
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
