/**
 * The router: serves an alias with whichever key and model is well. One for each organisation's configuration.
 *
 * What a vendor refuses for good is refused once; what it refuses to one key is tried with the next, then with the
 * fallbacks; what has begun to answer is never repeated elsewhere, since it has been charged. Nobody waits for ever.
 *
 * Threats: a key in an error, a log or an alert (failures are sentences of our own, without a cause); a model that is asked
 * without end; two aliases that fall back on each other. Does not know budgets: who calls it reserves and settles.
 */
import { DAY_MS, SECOND_MS } from '../../kernel/time.ts';
import { systemTimer, type Timer } from '../../kernel/timer.ts';
import type { ModelConfig } from '../config/schema.ts';
import { keyMissing, keyOld, type ModelAlert } from './key-alerts.ts';
import {
  type FirstSeen,
  keyId,
  keysOf,
  type ModelKey,
  type ReadSecret,
  readKey,
  reviveReplaced,
} from './model-keys.ts';
import { createModelLine, type ModelLine, type Seat } from './model-line.ts';
import { type ModelStatus, statusOf } from './model-status.ts';
import { type ModelEstimate, ModelFailure, type ModelReply, type ModelRequest, type Models } from './port.ts';
import { fallbackChain } from './rules/fallback-chain.ts';
import { keyAgeDays, MAX_KEY_AGE_DAYS, stateOf } from './rules/key-standing.ts';
import { highestPrice, priceOf } from './rules/price.ts';
import { countInput, exceedsContext } from './rules/token-count.ts';
import { createTry, type Tried, type TryParts } from './try-key.ts';

export interface RouterParts extends Omit<TryParts, 'timer'> {
  readonly models: readonly ModelConfig[];
  readonly secret: ReadSecret;
  readonly timer?: Timer;
}

export interface Router extends Models {
  /** Another version of the configuration goes live: keys that stay the same keep their buckets, rests and retirements. */
  reconfigure(models: readonly ModelConfig[], firstSeen?: FirstSeen): void;
  /** For people. Reads the keys' values for their fingerprints, and shows none. */
  status(): Promise<readonly ModelStatus[]>;
  /** Alerts on keys of more than 30 days, each at most once a day; `now` in ms. */
  keysToRotate(now: number): readonly ModelAlert[];
}

/** So often, at most, one request is sent. */
const MAX_TRIES = 8;
/** Until a line that is full is looked at again. */
const BUSY_MS = SECOND_MS;

/** Of one request, over all keys and models that it was tried with. */
interface Story {
  readonly waitUntil: number;
  /** When it was sent first, in ms. */
  begun: number | null;
  tries: number;
  /** A vendor may have worked on it. */
  sent: boolean;
  /** How the last try ended. */
  say: string | null;
}
type Unserved = Exclude<Seat, { readonly is: 'seat' | 'cancelled' }>;

export function createRouter(parts: RouterParts): Router {
  const { clock, timer = systemTimer, onAlert, onFault } = parts;
  const lines = new Map<string, ModelLine>();
  const toldOn = new Map<string, number>();
  const tryKey = createTry({ ...parts, timer });

  function configure(models: readonly ModelConfig[], firstSeen: FirstSeen = () => null): void {
    const now = clock.now();
    const known = new Map<string, ModelKey>();
    for (const { model, keys } of lines.values()) for (const key of keys) known.set(keyId(model, key), key);
    const gone = new Set(lines.keys());
    for (const model of models) {
      gone.delete(model.alias);
      const keys = keysOf(model, known, firstSeen, now);
      const line = lines.get(model.alias);
      if (line === undefined) lines.set(model.alias, createModelLine(model, keys, { clock, timer }));
      else line.become(model, keys);
    }
    for (const alias of gone) {
      const line = lines.get(alias)!;
      lines.delete(alias);
      line.become(line.model, []); // who waits there goes on to the fallbacks
    }
  }
  configure(parts.models);

  function chainOf(alias: string): readonly ModelLine[] {
    const models = new Map([...lines].map(([name, line]) => [name, line.model]));
    const chain = fallbackChain(alias, models).map((name) => lines.get(name)!);
    if (chain.length > 0) return chain;
    throw new ModelFailure('model_refused', `There is no model named ${alias}.`, { retryable: false, sent: false });
  }

  /** The chain, and what the request may use up at each of its models; null: more than that one could ever serve. */
  function sized(alias: string, request: Pick<ModelRequest, 'messages' | 'tools' | 'maxOutputTokens'>) {
    const input = countInput(request);
    return chainOf(alias).map((line) => {
      const output = Math.min(request.maxOutputTokens, line.model.maxOutputTokens);
      const limits = line.keys.map(({ tokens }) => tokens?.perMinute ?? Number.POSITIVE_INFINITY);
      const fits = limits.length === 0 || input + output <= Math.max(...limits);
      const size = fits && !exceedsContext(input, line.model.contextTokens) ? { input, output } : null;
      return { line, size, output };
    });
  }

  /** Sends it with one key of this model after the other; says why when none could. @throws ModelFailure to end the request. */
  async function serveWith(
    line: ModelLine,
    tokens: number,
    request: ModelRequest,
    story: Story,
  ): Promise<ModelReply | Unserved> {
    await reviveReplaced(line.keys, parts.secret, clock.now()).catch(onFault);
    for (;;) {
      const seat = await line.seat({ tokens, signal: request.signal, until: story.waitUntil });
      if (seat.is === 'cancelled') throw calledOff(story);
      if (seat.is !== 'seat') return seat;
      let tried: Tried;
      try {
        const value = await readKey(seat.key, parts.secret, clock.now());
        if (value.is === 'missing') {
          if (value.first) onAlert(keyMissing(line.model, seat.key));
          seat.leave(0);
          continue;
        }
        story.begun ??= clock.now();
        story.tries++;
        tried = await tryKey(line.model, seat, value.value, request);
      } catch (fault) {
        // the vault could not be read: nothing was sent, and the key is not to blame
        seat.leave(0);
        onFault(fault);
        throw new ModelFailure('model_unavailable', 'The key could not be read.', {
          retryable: true,
          sent: story.sent,
        });
      }
      if (tried.is === 'reply') return tried.reply;
      story.sent ||= tried.sent;
      story.say = tried.say;
      if (tried.end !== null)
        throw new ModelFailure(tried.end.code, `${tried.say}.`, { retryable: tried.end.retryable, sent: story.sent });
      if (story.tries >= MAX_TRIES || clock.now() > story.begun + line.model.timeoutMs) throw unavailable(story, null);
    }
  }

  const unavailable = (story: Story, at: number | null): ModelFailure =>
    new ModelFailure('model_unavailable', `${story.say ?? 'No model can take the request now'}.`, {
      retryable: true,
      sent: story.sent,
      ...(at === null ? {} : { retryAfterMs: Math.max(0, at - clock.now()) }),
    });

  const calledOff = (story: Story): ModelFailure =>
    new ModelFailure('model_unavailable', 'The request was called off.', { retryable: true, sent: story.sent });

  return {
    estimate(alias, request): ModelEstimate {
      const sizes = sized(alias, request);
      if (sizes.every(({ size }) => size === null)) throw tooLarge(alias);
      let tokens = 0;
      let cost: number | null = 0;
      for (const { line, size } of sizes) {
        if (size === null) continue;
        const price = priceOf(line.model);
        tokens = Math.max(tokens, size.input + size.output);
        cost = cost === null || price === null ? null : Math.max(cost, highestPrice(size.input, size.output, price));
      }
      return { tokens, cost };
    },

    async generate(alias, request) {
      const sizes = sized(alias, request);
      if (sizes.every(({ size }) => size === null)) throw tooLarge(alias);
      const { timeoutMs } = sizes[0]!.line.model;
      const story: Story = { waitUntil: clock.now() + timeoutMs, begun: null, tries: 0, sent: false, say: null };
      for (;;) {
        let at = Number.POSITIVE_INFINITY;
        let noKey = false;
        for (const { line, size, output } of sizes) {
          if (size === null) continue;
          const own = { ...request, maxOutputTokens: output };
          const served = await serveWith(line, size.input + size.output, own, story);
          if (!('is' in served)) return served;
          if (served.is === 'too_long' || served.is === 'unwell') at = Math.min(at, served.at);
          if (served.is === 'full') at = Math.min(at, clock.now() + BUSY_MS);
          noKey ||= served.is === 'no_key';
        }
        if (at === Number.POSITIVE_INFINITY) {
          if (!noKey) throw tooLarge(alias);
          const say = story.say ?? `The model ${alias} has no key that can be used`;
          throw new ModelFailure('model_key_retired', `${say}.`, { retryable: false, sent: story.sent });
        }
        if (at > story.waitUntil) throw unavailable(story, at);
        await rest(timer, at - clock.now(), request.signal);
        if (request.signal.aborted) throw calledOff(story);
      }
    },

    reconfigure: configure,

    status: () => Promise.all([...lines.values()].map((line) => statusOf(line, parts.secret, clock.now(), onFault))),

    keysToRotate(now) {
      const alerts: ModelAlert[] = [];
      const today = Math.floor(now / DAY_MS);
      for (const { model, keys } of lines.values()) {
        for (const key of keys) {
          const days = keyAgeDays(key, key.firstSeen, now);
          const id = keyId(model, key);
          const isUsed = key.source !== null && ['well', 'cooling'].includes(stateOf(key.health, key.times, now));
          if (!isUsed || days <= MAX_KEY_AGE_DAYS || toldOn.get(id) === today) continue;
          toldOn.set(id, today);
          alerts.push(keyOld(model, key, days));
        }
      }
      return alerts;
    },
  };
}

const tooLarge = (alias: string): ModelFailure =>
  new ModelFailure(
    'model_too_large',
    `The request is larger than the model ${alias} can ever take: than its context, or than a minute of any of its keys.`,
    { retryable: false, sent: false },
  );

/** Waits, or stops waiting when the signal is aborted. */
function rest(timer: Timer, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = timer(Math.max(1, ms), resolve);
  const onAbort = () => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    stop();
    signal.removeEventListener('abort', onAbort);
  });
}
