/** Who may serve an alias: itself, then its fallbacks in order, each followed by its own. Each once, however they name each other. */
export function fallbackChain(
  alias: string,
  models: ReadonlyMap<string, { readonly fallback: readonly string[] }>,
): readonly string[] {
  const chain = new Set<string>();
  const add = (name: string): void => {
    const model = models.get(name);
    if (model === undefined || chain.has(name)) return;
    chain.add(name);
    for (const next of model.fallback) add(next);
  };
  add(alias);
  return [...chain];
}
