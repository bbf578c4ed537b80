/**
 * Answers as text for people: aligned names and values, lists of objects as tables, wide ones as blocks. Works on any JSON,
 * so that a new action needs nothing here. Threat: text from outside that steers the terminal (escape sequences, bidi
 * overrides, line breaks that forge a row); it is shown escaped.
 */
import { formatMicros } from '../kernel/money.ts';

type Row = Readonly<Record<string, unknown>>;

export interface RenderOptions {
  /** Characters in a line; tables that are wider become blocks. */
  readonly width: number;
  /** Remarks shown behind the values of fields. */
  readonly remarks?: Readonly<Record<string, string>>;
}

/** Lines without a line end at the end. */
export function renderText(value: unknown, options: RenderOptions): string {
  return isRow(value) ? fields(value, options).join('\n') : scalar(value, '');
}

/** JSON for machines that is harmless on a terminal too: `JSON.stringify` leaves DEL and the C1 controls as they are. */
export const renderJson = (value: unknown): string => JSON.stringify(value, null, 2).replace(/[\x7f-\x9f]/g, escaped);

function fields(row: Row, options: RenderOptions): string[] {
  const simple = Object.entries(row).filter(([, value]) => !isNested(value));
  const nested = Object.entries(row).filter(([, value]) => isNested(value));
  const width = Math.max(0, ...simple.map(([name]) => name.length));
  return [
    ...simple.map(([name, value]) => {
      const remark = options.remarks?.[name];
      return `${name.padEnd(width)}  ${scalar(value, name)}${remark === undefined ? '' : `   (${remark})`}`;
    }),
    ...nested.flatMap(([name, value]) => [
      name,
      ...inside(value, { width: options.width - 2 }).map((line) => `  ${line}`.trimEnd()),
    ]),
  ];
}

function inside(value: unknown, options: RenderOptions): string[] {
  if (isRow(value)) return fields(value, options);
  const items = Array.isArray(value) ? value : [];
  return items.every(isRow) ? list(items, options) : items.map((item) => scalar(item, ''));
}

function list(rows: readonly Row[], options: RenderOptions): string[] {
  const table = rows.some((row) => Object.values(row).some(isNested)) ? null : tableOf(rows);
  if (table !== null && Math.max(...table.map((line) => line.length)) <= options.width) return table;
  return rows.flatMap((row, index) => [...(index === 0 ? [] : ['']), ...fields(row, options)]);
}

function tableOf(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap(Object.keys))];
  // money is told by a row's own `name` too: a limit called spendPerDay has its sums in `used` and `left`
  const cells = rows.map((row) => names.map((name) => scalar(row[name], moneyName(row, name))));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [line(names), ...cells.map(line)];
}

const moneyName = (row: Row, name: string): string =>
  name !== 'name' && typeof row['name'] === 'string' && MONEY.test(row['name']) ? row['name'] : name;

/** Fields in micro-units of USD. */
const MONEY = /^(?:cost|costMicros|spendPer(?:Day|Month))$/;

function scalar(value: unknown, name: string): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  if (typeof value === 'number') return MONEY.test(name) ? formatMicros(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

const STEERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text with what steers a terminal spelt out. */
export const visible = (text: string): string =>
  text.replace(STEERS, (char) => (char === '\n' ? '\\n' : escaped(char)));

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown): boolean =>
  isRow(value) ? Object.keys(value).length > 0 : Array.isArray(value) && value.length > 0;
