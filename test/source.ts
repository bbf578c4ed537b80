/**
 * A TypeScript source, read just well enough for tests about the source itself: comments and the insides of strings,
 * templates and regular expressions are blanked, so that a pattern finds code alone. TypeScript 7 has no JS API to ask.
 * Not a parser: after `)` and `}` a slash is taken for a division.
 */
export interface Source {
  /** Same length and line breaks as the text; quotes stay, what is between them is blank. */
  readonly code: string;
  /** The text of each string by the index of its opening quote; `${…}` of a template is there as `HOLE`. */
  readonly strings: ReadonlyMap<number, string>;
}

export const HOLE = '\0';

const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|void|delete|else|do|await|yield))\s*$/;

export function readSource(text: string): Source {
  const out = text.split('');
  const strings = new Map<number, string>();
  let at = 0;
  code();
  return { code: out.join(''), strings };

  function blank(end: number) {
    for (; at < Math.min(end, text.length); at++) if (out[at] !== '\n') out[at] = ' ';
  }

  function indexAfter(mark: string): number {
    const found = text.indexOf(mark, at + mark.length);
    return found === -1 ? text.length : found + mark.length;
  }

  /** Up to the `}` that closes a template's hole, or the end. */
  function code() {
    for (let depth = 0; at < text.length; ) {
      const char = text[at]!;
      if (text.startsWith('//', at)) blank(indexAfter('\n') - 1);
      else if (text.startsWith('/*', at)) blank(indexAfter('*/'));
      else if (char === "'" || char === '"') quoted(char);
      else if (char === '`') template();
      else if (char === '/' && BEFORE_REGEX.test(out.slice(Math.max(0, at - 60), at).join(''))) regex();
      else {
        if (char === '{') depth++;
        if (char === '}' && depth-- === 0) return;
        at++;
      }
    }
  }

  function quoted(quote: string) {
    const start = at++;
    let end = at;
    while (end < text.length && text[end] !== quote && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
    strings.set(start, unescaped(text.slice(at, end)));
    blank(end);
    at++;
  }

  function template() {
    const start = at++;
    let value = '';
    while (at < text.length && text[at] !== '`') {
      if (text.startsWith('${', at)) {
        value += HOLE;
        at += 2;
        code();
        at++;
      } else {
        const length = text[at] === '\\' ? 2 : 1;
        value += text.slice(at, at + length);
        blank(at + length);
      }
    }
    at++;
    strings.set(start, unescaped(value));
  }

  function regex() {
    let end = at + 1;
    for (let inClass = false; end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/'); end++) {
      if (text[end] === '\\') end++;
      else if (text[end] === '[') inClass = true;
      else if (text[end] === ']') inClass = false;
    }
    at++;
    blank(end);
    at++;
  }
}

const unescaped = (raw: string): string => raw.replace(/\\([\s\S])/g, '$1');

export interface Import {
  /** As written: `./hash.ts`, `node:crypto`, `zod`; null for a dynamic import of something computed. */
  readonly from: string | null;
  readonly typeOnly: boolean;
}

const IMPORTS = [
  /(?<![.\w$])(?:import|export)(?<type>\s+type)?\s*[\w$\s{},*]*?\bfrom\s*(?=['"])/g,
  /(?<![.\w$])import\s*(?=['"])/g,
  /(?<![.\w$])(?:import|require)\s*\(\s*/g,
];

/** Every import and re-export, static or dynamic. */
export function importsOf({ code, strings }: Source): readonly Import[] {
  return IMPORTS.flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => ({
      from: strings.get(match.index + match[0].length) ?? null,
      typeOnly: match.groups?.['type'] !== undefined,
    })),
  );
}
