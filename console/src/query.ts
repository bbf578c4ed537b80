/** What stands behind the `?` of an address. */

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What says nothing is left out. */
export function withQuery(path: string, query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? path : `${path}?${text}`;
}
