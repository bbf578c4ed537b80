/**
 * How much sealed text one read opens. Threat: messages and results may be of 200 000 characters each, so that a page that is
 * bounded in rows alone does not fit into memory, into a string, nor into anybody's patience.
 */
export const MAX_READ_BYTES = 8 * 1_048_576;

export interface Sized {
  readonly bytes: number | null;
}

/** Those of them, from the first on, that fit into so many bytes. */
export function fitting<S extends Sized>(sizes: readonly S[], room: number): readonly S[] {
  let left = room;
  const beyond = sizes.findIndex(({ bytes }) => {
    left -= bytes ?? 0;
    return left < 0;
  });
  return beyond < 0 ? sizes : sizes.slice(0, beyond);
}

export const bytesOf = (sizes: readonly Sized[]): number => sizes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
