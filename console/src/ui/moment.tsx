/** A moment as the reader's own language writes it, with the whole of it on hover. */
const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** @param at RFC 3339; null: never. */
export function Moment({ at, never = 'Never' }: { readonly at: string | null | undefined; readonly never?: string }) {
  if (at === null || at === undefined) return <span class="quiet">{never}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={WHOLE.format(date)}>
      {SHORT.format(date)}
    </time>
  );
}

export const momentText = (at: string): string => SHORT.format(new Date(at));
