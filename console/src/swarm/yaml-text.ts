/**
 * A configuration as YAML 1.2 text, to be read and edited. What could be read in another way than it is meant is written as JSON,
 * which is YAML too. Pure.
 */

/** Texts that no YAML reader takes for anything else. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./*@+-]*(?: [A-Za-z0-9(][A-Za-z0-9_.,/()@+-]*)*$/;
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i;
/** What a block of lines holds as it is: nothing that is not seen, no line that begins or ends with a space. */
const BLOCK =
  /^(?![ \n])(?:[\x21-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u2fff\u3001-\ud7ff\ue000-\ufefe]| (?!\n|$)|\n(?! ))*$/;
const KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;

export const yamlText = (value: unknown): string => `${node(value, '').trimStart()}\n`;

/** What stands behind a key or a dash: on its line, or on lines of its own. */
function node(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    return value.map((one) => `\n${indent}-${inItem(one, `${indent}  `)}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, one]) => one !== undefined);
    if (members.length === 0) return ' {}';
    return members.map(([key, one]) => `\n${indent}${keyText(key)}:${node(one, `${indent}  `)}`).join('');
  }
  return ` ${typeof value === 'string' ? text(value, indent) : JSON.stringify(value)}`;
}

/** A mapping's first member stands on the dash's line. */
function inItem(value: unknown, indent: string): string {
  const written = node(value, indent);
  return written.startsWith('\n') ? ` ${written.slice(1 + indent.length)}` : written;
}

function text(value: string, indent: string): string {
  if (PLAIN.test(value) && !NOT_TEXT.test(value)) return value;
  if (!value.includes('\n') || !BLOCK.test(value) || /\n\n$/.test(value)) return JSON.stringify(value);
  const ends = value.endsWith('\n');
  const lines = (ends ? value.slice(0, -1) : value).split('\n');
  return `${ends ? '|' : '|-'}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

const keyText = (key: string): string => (KEY.test(key) && !NOT_TEXT.test(key) ? key : JSON.stringify(key));
