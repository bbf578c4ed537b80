/** At most so many sessions at a time for one account at a mail server; the rest wait in line, as long as they may. */
export interface Places {
  /** Null when the line is full or `signal` ended the wait. The place is given back by calling what comes. */
  take(account: string, signal: AbortSignal): Promise<(() => void) | null>;
}

interface Line {
  taken: number;
  readonly waiting: (() => void)[];
}

export function createPlaces({ most, line }: { readonly most: number; readonly line: number }): Places {
  const lines = new Map<string, Line>();

  const giveBack = (account: string, at: Line) => {
    at.taken--;
    at.waiting.shift()?.();
    if (at.taken === 0 && at.waiting.length === 0) lines.delete(account);
  };

  return {
    async take(account, signal) {
      if (signal.aborted) return null;
      const at = lines.get(account) ?? { taken: 0, waiting: [] };
      lines.set(account, at);
      if (at.taken >= most) {
        if (at.waiting.length >= line) return null;
        const { promise, resolve } = Promise.withResolvers<boolean>();
        // the place is taken in the name of the one that is called, before anyone else can
        const called = () => {
          at.taken++;
          resolve(true);
        };
        const leave = () => {
          const place = at.waiting.indexOf(called);
          if (place === -1) return;
          at.waiting.splice(place, 1);
          resolve(false);
        };
        at.waiting.push(called);
        signal.addEventListener('abort', leave, { once: true });
        const got = await promise;
        signal.removeEventListener('abort', leave);
        if (!got) return null;
      } else at.taken++;
      let back = false;
      return () => {
        if (!back) giveBack(account, at);
        back = true;
      };
    },
  };
}
