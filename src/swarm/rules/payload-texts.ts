/** Every text in a payload, its names too, as one: what is split over several is still found. */
export interface PayloadText {
  readonly path: string;
  readonly text: string;
}

/** @param place of the payload in the input, for whoever is told. */
export const payloadTexts =
  <I>(payloadOf: (input: I) => unknown, place: string) =>
  (input: I): readonly PayloadText[] => [{ path: place, text: [...textsOf(payloadOf(input))].join(' ') }];

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (Array.isArray(value)) for (const item of value) yield* textsOf(item);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      yield name;
      yield* textsOf(item);
    }
}
