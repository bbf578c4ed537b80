/** Models: where their keys come from, whom they fall back on, and whether a limit of money can be kept. */
import { error, type Fault, type Path } from '../problem.ts';
import type { ModelConfig, SwarmConfig } from '../schema.ts';
import { webAddressFault } from './check-tools.ts';

export function modelFaults(config: SwarmConfig): readonly Fault[] {
  const byAlias = new Map(config.models.map((model) => [model.alias, model]));
  return [
    ...config.models.flatMap((model, i) => [
      ...ownFaults(model, ['models', i]),
      ...fallbackFaults(model, ['models', i], byAlias),
    ]),
    ...priceFaults(config, byAlias),
  ];
}

function ownFaults(model: ModelConfig, at: Path): readonly Fault[] {
  const faults: Fault[] = [];
  const { provider, baseUrl, keys } = model;
  if (baseUrl !== undefined) faults.push(...webAddressFault(baseUrl, [...at, 'baseUrl']));
  if (provider === 'openai-compatible' && baseUrl === undefined)
    faults.push(
      error([...at, 'baseUrl'], 'is missing: say where this provider is, such as https://api.openai.com/v1.'),
    );
  if (provider === 'anthropic' && keys.length === 0)
    faults.push(error([...at, 'keys'], 'is missing: this provider serves nobody without a key.'));
  if (provider !== 'scripted' && model.script !== undefined)
    faults.push(error([...at, 'script'], 'belongs to provider scripted alone; remove it.'));
  if (provider === 'scripted' && keys.length > 0)
    faults.push(error([...at, 'keys'], 'do not belong to provider scripted; remove them.'));
  if (model.maxOutputTokens > model.contextTokens)
    faults.push(error([...at, 'maxOutputTokens'], 'is more than contextTokens; lower it.'));
  if (model.tokensPerMinute !== undefined && model.tokensPerMinute < model.maxOutputTokens)
    faults.push(
      error([...at, 'tokensPerMinute'], 'is less than maxOutputTokens, so that no request would ever fit; raise it.'),
    );
  for (const [k, key] of keys.entries()) faults.push(...keyFaults(key, [...at, 'keys', k], model, k));
  return faults;
}

function keyFaults(key: ModelConfig['keys'][number], at: Path, model: ModelConfig, k: number): readonly Fault[] {
  const faults: Fault[] = [];
  if ((key.apiKeyEnv === undefined) === (key.secret === undefined))
    faults.push(error(at, 'must have one source, either apiKeyEnv (a variable) or secret (a name in the vault).'));
  if (model.keys.findIndex(({ name }) => name === key.name) < k)
    faults.push(error([...at, 'name'], 'is taken by another key above.'));
  if (key.from !== undefined && key.until !== undefined && key.from >= key.until)
    faults.push(error([...at, 'until'], 'is not after from, so that the key would never be used.'));
  if (key.tokensPerMinute !== undefined && key.tokensPerMinute < model.maxOutputTokens)
    faults.push(
      error([...at, 'tokensPerMinute'], 'is less than maxOutputTokens, so that no request would ever fit; raise it.'),
    );
  return faults;
}

function fallbackFaults(model: ModelConfig, at: Path, byAlias: ReadonlyMap<string, ModelConfig>): readonly Fault[] {
  return model.fallback.flatMap((alias, i) => {
    const here: Path = [...at, 'fallback', i];
    if (!byAlias.has(alias)) return [error(here, 'is no model of this configuration.')];
    if (servedBy(alias, byAlias).has(model.alias))
      return [error(here, 'leads back to this model; a fallback goes one way.')];
    return model.fallback.indexOf(alias) < i ? [error(here, 'stands here twice.')] : [];
  });
}

/** A model and all that it may fall back on. */
function servedBy(alias: string, byAlias: ReadonlyMap<string, ModelConfig>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    if (found.has(one)) return;
    found.add(one);
    for (const next of byAlias.get(one)?.fallback ?? []) visit(next);
  };
  visit(alias);
  return found;
}

/** A limit of money over what has no price would hold nothing. */
function priceFaults(config: SwarmConfig, byAlias: ReadonlyMap<string, ModelConfig>): readonly Fault[] {
  const { limits } = config.swarm;
  const forAll = limits.usdPerDay !== undefined || limits.usdPerUserPerDay !== undefined;
  const unpriced = new Set<string>();
  for (const { model, limits: own } of config.agents) {
    if (model === undefined || !(forAll || own.usdPerThread !== undefined || own.usdPerDay !== undefined)) continue;
    for (const alias of servedBy(model, byAlias)) if (byAlias.get(alias)?.price === undefined) unpriced.add(alias);
  }
  return config.models.flatMap(({ alias }, i) =>
    unpriced.has(alias)
      ? [
          error(
            ['models', i, 'price'],
            'is missing: there is a limit of money over this model, which could not be kept.',
          ),
        ]
      : [],
  );
}
