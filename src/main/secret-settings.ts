/** The server's own secrets, as they may turn up in a text: for the output filter. */
import type { Setting } from '../kernel/setting.ts';
import type { Settings } from './settings.ts';
import { SETTINGS } from './settings-schema.ts';

/** Every value of every secret setting. Of an address what may be secret in it: its password, and long parts of its path and query. */
export function secretsIn(settings: Settings): readonly string[] {
  const named = Object.entries(SETTINGS) as [keyof Settings, Setting<unknown>][];
  return named
    .filter(([name, { secret }]) => secret === true && name !== 'outputCanaries')
    .flatMap(([name]) => [settings[name]].flat())
    .flatMap((value) => (typeof value === 'string' ? partsOf(value) : []));
}

/** Shorter parts are words. */
const MIN_PART = 20;

function partsOf(value: string): readonly string[] {
  const url = /^[a-z]+:\/\//.test(value) ? URL.parse(value) : null;
  if (url === null) return [value];
  const parts = `${url.pathname}${url.search}`.split(/[/?&=]/).filter((part) => part.length >= MIN_PART);
  return [decodeURIComponent(url.password), ...parts];
}
