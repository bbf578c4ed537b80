/** What a person is told of keys: one that the vendor refuses, one that is not there, one that is old. Names, never values. */
import type { Alert } from '../../guard/alerts.ts';
import type { ModelConfig } from '../config/schema.ts';
import type { ModelKey } from './model-keys.ts';
import { MAX_KEY_AGE_DAYS } from './rules/key-standing.ts';

/** Of the organisation whose configuration it is, which whoever raises it knows. */
export type ModelAlert = Omit<Alert, 'org'>;

const about = ({ alias }: ModelConfig, { name, source, fingerprint }: ModelKey) => ({
  subject: `${alias}/${name}`,
  detail: { alias, key: name, ...source, fingerprint },
});

export const keyRetired = (
  model: ModelConfig,
  key: ModelKey,
  status: number | null,
  code: string | null,
): ModelAlert => {
  const { subject, detail } = about(model, key);
  return {
    severity: 'HIGH',
    kind: 'model_key_retired',
    say: `The vendor does not take the key ${key.name} of the model ${model.alias} any more, so it is not used. Put a new key in its place; that is noticed within a minute.`,
    subject,
    detail: { ...detail, status, code },
  };
};

export const keyMissing = (model: ModelConfig, key: ModelKey): ModelAlert => ({
  severity: 'HIGH',
  kind: 'model_key_missing',
  say: `The key ${key.name} of the model ${model.alias} is not where the configuration says, or can not be a key. Set the variable or put the secret into the vault.`,
  ...about(model, key),
});

export const keyOld = (model: ModelConfig, key: ModelKey, days: number): ModelAlert => {
  const { subject, detail } = about(model, key);
  return {
    severity: 'MEDIUM',
    kind: 'model_key_old',
    say: `The key ${key.name} of the model ${model.alias} is ${days} days old. Replace keys after ${MAX_KEY_AGE_DAYS} days: add the new one beside it, then give the old one an end.`,
    subject,
    detail: { ...detail, days },
  };
};
