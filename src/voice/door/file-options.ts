/**
 * What a configuration file says of a service: its `service` section (`route`, `host`, `port`) and its `security` section
 * (`auth.basic` with `user` and `password`, or `basicAuth` as a pair; `ssl_enabled`, `ssl_cert_path`, `ssl_key_path`,
 * `ssl_domain`). It goes before the environment, and options before it. A value that can't be meant is refused, never left out.
 */
import { flag } from '../../shield/setting-kinds.ts';
import { ConfigFile } from '../config-file.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { SslOptions } from '../ssl-config.ts';

export interface FileOptions {
  readonly route?: string;
  readonly host?: string;
  readonly port?: number;
  readonly basicAuth?: readonly [user: string, password: string];
  readonly ssl?: SslOptions;
}

/** @throws ConfigurationError for a file that is not there, is no JSON object, or says what can't be meant. */
export function fileOptions(path: string): FileOptions {
  const file = new ConfigFile(path);
  if (!file.hasConfig()) throw new ConfigurationError(`There is no configuration file ${path}.`);
  const bad = (at: string, must: string) => new ConfigurationError(`${at} in ${path} must be ${must}.`);

  const text = (at: string): string | undefined => {
    const value = file.get(at);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value === '') throw bad(at, 'a text that is not empty');
    return value;
  };
  const port = (at: string): number | undefined => {
    const value = file.get(at);
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value; // a variable is text
    if (!Number.isInteger(number)) throw bad(at, 'a port');
    return number as number;
  };
  const onOff = (at: string): boolean | undefined => {
    const value = file.get(at);
    if (value === undefined || value === null) return undefined;
    const known = flag.read(String(value));
    if (known === null) throw bad(at, flag.is);
    return known;
  };

  const pair = file.get('security.basicAuth');
  const [user, password] = Array.isArray(pair)
    ? pair
    : [text('security.auth.basic.user'), text('security.auth.basic.password')];
  if ((user === undefined) !== (password === undefined)) throw bad('security.auth.basic', 'a user and a password');
  const ssl = {
    enabled: onOff('security.ssl_enabled'),
    certPath: text('security.ssl_cert_path'),
    keyPath: text('security.ssl_key_path'),
    domain: text('security.ssl_domain'),
  };
  return said({
    route: text('service.route'),
    host: text('service.host'),
    port: port('service.port'),
    basicAuth: user === undefined ? undefined : ([user, password] as const),
    ssl: Object.values(ssl).some((value) => value !== undefined) ? said(ssl) : undefined,
  });
}

type Said<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

const said = <T extends object>(all: T): Said<T> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Said<T>;
