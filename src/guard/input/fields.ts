/**
 * The text fields that an action's input may have. Each says what it is (its kind, kept in the schema's metadata as
 * `field`), which decides what may stand in it and what happens when it looks like an attack. A bare `z.string()` in an
 * action's input stops the start (see `inspect.ts`), so that no field can be forgotten.
 *
 * Threats: header injection by line breaks, truncation by NUL, names that display as something else (bidi overrides),
 * strings that no store can hold (lone surrogates). Values are refused or kept as they are, never cleaned; but for `inbound`,
 * where a refusal would lose what a person said.
 */
import * as z from 'zod';
import { looksLikeId } from '../../kernel/ids.ts';
import { MAX_INSPECTED_CHARS } from './detectors.ts';
import { storable } from './storable.ts';

/** What is done with a value that looks like an attack. */
export type OnHit = 'reject' | 'flag' | 'ignore';

interface FieldRule {
  /** False for text of more than one line. */
  readonly oneLine: boolean;
  readonly onHit: OnHit;
}

export const FIELD_KINDS = {
  id: { oneLine: true, onHit: 'reject' },
  name: { oneLine: true, onHit: 'reject' },
  /** A phone number or mail address as typed. */
  address: { oneLine: true, onHit: 'reject' },
  subject: { oneLine: true, onHit: 'reject' },
  url: { oneLine: true, onHit: 'reject' },
  filename: { oneLine: true, onHit: 'reject' },
  /** Printable ASCII without spaces: a language, a country, a slug, a time, a cursor, a one-time code. */
  code: { oneLine: true, onHit: 'reject' },
  /** What people write to people: delivered intact. */
  prose: { oneLine: false, onHit: 'flag' },
  /** What people write to us, by way of a provider: never refused, so that no opt-out in it is lost. */
  inbound: { oneLine: false, onHit: 'flag' },
  /** Words to look for: as free as prose. */
  search: { oneLine: true, onHit: 'flag' },
  /** Passwords and keys may look like anything, and what they look like is nobody's business. */
  secret: { oneLine: false, onHit: 'ignore' },
  /** A mail's HTML part: it is made of what elsewhere would be script injection. Never shown by this server. */
  html: { oneLine: false, onHit: 'ignore' },
  /** A configuration as it is written: it has a grammar of its own, and is read by that alone. */
  source: { oneLine: false, onHit: 'ignore' },
  /** A file's content in base64. */
  bytes: { oneLine: true, onHit: 'ignore' },
} as const satisfies Record<string, FieldRule>;

export type FieldKind = keyof typeof FIELD_KINDS;

export const isFieldKind = (value: unknown): value is FieldKind =>
  typeof value === 'string' && Object.hasOwn(FIELD_KINDS, value);

/** Controls (CR, LF, NUL among them), line and paragraph separators. */
const BREAKS_A_LINE = /[\p{Cc}\u2028\u2029]/u;
/** Embeddings, overrides and isolates; the plain direction marks that Arabic and Hebrew need are not among them. */
const BIDI_OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/;

/** No field is longer than what is inspected of it: an attack can't hide behind padding. */
function text(kind: FieldKind, max: number) {
  if (max > MAX_INSPECTED_CHARS) throw new RangeError(`a field of ${max} characters would not be inspected whole`);
  const base = z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), 'has half a character (a lone surrogate)');
  return FIELD_KINDS[kind].oneLine
    ? base
        .refine((value) => !BREAKS_A_LINE.test(value), 'must be one line without control characters')
        .refine((value) => !BIDI_OVERRIDE.test(value), 'must not change the direction of writing')
    : base.refine((value) => !value.includes('\0'), 'must not contain NUL');
}

const ID_TEXT = /^[0-9A-Za-z]{1,40}$/;
const notBlank = (value: string) => value.trim() !== '';
const FILENAME = /^(?!\.{1,2}$)[^/\\:*?"<>|]+$/;
const CODE = /^[!-~]+$/;
const VARIABLE = /^(?:\d{1,3}|[A-Za-z_]\w{0,31})$/;

/** Constructors; `max` counts UTF-16 units. */
export const field = {
  id: <Prefix extends string>(prefix: Prefix) =>
    z
      .templateLiteral([`${prefix}_`, z.string().regex(ID_TEXT)])
      .refine((value) => looksLikeId(prefix, value))
      .meta({ field: 'id' }),
  /** An id of one of several kinds. */
  idOf: <const Prefixes extends readonly [string, ...string[]]>(...prefixes: Prefixes) =>
    z
      .templateLiteral([z.enum(prefixes), '_', z.string().regex(ID_TEXT)])
      .refine((value) => prefixes.some((prefix) => looksLikeId(prefix, value)))
      .meta({ field: 'id' }),
  name: (max = 200) => text('name', max).refine(notBlank, 'must not be blank').meta({ field: 'name' }),
  address: (max = 254) => text('address', max).refine(notBlank, 'must not be blank').meta({ field: 'address' }),
  phone: () => text('address', 40).refine(notBlank, 'must not be blank').meta({ field: 'address' }),
  subject: (max = 200) => text('subject', max).meta({ field: 'subject' }),
  /** http or https, absolute. What it points to is not checked here: fetch through the shield. */
  url: (max = 2_048) =>
    text('url', max).refine(isWebUrl, 'must be an absolute http or https address').meta({ field: 'url' }),
  /** A name without a path. */
  filename: (max = 255) =>
    text('filename', max).regex(FILENAME, 'must be a file name without a path').meta({ field: 'filename' }),
  code: (max = 64) => text('code', max).regex(CODE, 'must be printable ASCII without spaces').meta({ field: 'code' }),
  /** A variable of a template, as a key: a word, or a short number (no key is long enough to be somebody's). */
  variable: () =>
    text('code', 32).regex(VARIABLE, 'must be a word or a number of three digits').meta({ field: 'code' }),
  /** RFC 3339 with `Z` or an offset. */
  time: () => z.iso.datetime({ offset: true }).meta({ field: 'code' }),
  prose: (max: number) => text('prose', max).meta({ field: 'prose' }),
  /** Any string at all; what is parsed is at most `max` characters that can be stored (`storable.ts`). */
  inbound: (max = MAX_INSPECTED_CHARS) =>
    z
      .string()
      .overwrite((value) => storable(value, max))
      .meta({ field: 'inbound' }),
  search: (max = 200) => text('search', max).meta({ field: 'search' }),
  secret: (max = 4_096) => text('secret', max).meta({ field: 'secret' }),
  html: (max: number) =>
    z
      .string()
      .max(max)
      .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be well-formed text without NUL')
      .meta({ field: 'html' }),
  source: (max: number) =>
    z
      .string()
      .max(max)
      .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be well-formed text without NUL')
      .meta({ field: 'source' }),
  /** Base64 (RFC 4648 §4), padded; `max` counts characters. */
  bytes: (max: number) => z.base64().max(max).meta({ field: 'bytes' }),
} as const;

/** No spaces and no backslashes, which URL parsers remove or turn round each in their own way. */
const isWebUrl = (value: string) => /^https?:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value);
