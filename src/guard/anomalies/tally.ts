/**
 * What one subject did since it was last written to the store: counted in place, because it is on the way of every send. In
 * bounded room, in the form that the store adds up.
 */
import { type Activity, STEP_WINDOWS, type StepCounter, TIME_WINDOWS, type TimeCounter } from './rules/activity.ts';
import { SAME_TEXT_CONTACTS, TEXTS_KEPT } from './rules/sent-texts.ts';
import { stepOf } from './rules/step-counts.ts';

interface CountedText {
  readonly text: string;
  readonly since: number;
  last: number;
  readonly contacts: Set<string>;
}

export class Tally {
  readonly #steps: Partial<Record<StepCounter, Map<number, number>>> = {};
  readonly #times: Partial<Record<TimeCounter, number[]>> = {};
  readonly #texts = new Map<string, CountedText>();

  count(counter: StepCounter, now: number): void {
    const step = stepOf(now, STEP_WINDOWS[counter]);
    const steps = this.#steps[counter] ?? new Map<number, number>();
    this.#steps[counter] = steps;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }

  note(counter: TimeCounter, now: number): void {
    const times = this.#times[counter] ?? [];
    this.#times[counter] = times;
    times.push(now);
    if (times.length > TIME_WINDOWS[counter].keep) times.shift();
  }

  /** As they are: what is written is named by `activity`, because naming costs more than counting. */
  wrote(text: string, contact: string, now: number): void {
    let one = this.#texts.get(text);
    if (one === undefined) {
      if (this.#texts.size === TEXTS_KEPT) this.#texts.delete(this.#texts.keys().next().value!);
      one = { text, since: now, last: now, contacts: new Set() };
    } else this.#texts.delete(text); // to the end of the order
    this.#texts.set(text, one);
    one.last = now;
    if (one.contacts.size <= SAME_TEXT_CONTACTS) one.contacts.add(contact);
  }

  /** @param nameOf the keyed hash of a text or contact. */
  activity(nameOf: (text: string) => string): Activity {
    const steps = Object.entries(this.#steps).map(([counter, counts]) => [
      counter,
      [...counts].sort(([a], [b]) => a - b),
    ]);
    return {
      steps: Object.fromEntries(steps) as Activity['steps'],
      times: this.#times,
      texts: [...this.#texts.values()].map(({ text, contacts, ...when }) => ({
        ...when,
        text: nameOf(`text:${text}`),
        contacts: [...contacts].map((contact) => nameOf(`to:${contact}`)),
      })),
      told: {},
    };
  }
}
