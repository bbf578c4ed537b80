/**
 * What an attack looks like, as a table. This is monitoring and an early no, not the defence: SQL is parametrised, output
 * is escaped, paths and commands are never built from input. So a pattern earns its place by being specific: a false alarm
 * on ordinary writing ("choose a time; drop by anytime", "O'Brien; Sons", "AT&T | T-Mobile") costs more than a miss.
 *
 * Every pattern runs in linear time: repetition is bounded, or can't overlap with what follows it.
 */
export type Threat = 'sql-injection' | 'xss' | 'crlf' | 'path-traversal' | 'command-injection';

interface Detector {
  readonly threat: Threat;
  readonly patterns: readonly RegExp[];
}

/** What separates SQL words: spaces, a comment, or a plus sign of a URL. */
const S = String.raw`(?:\s|\+|/\*[^*]{0,40}\*/){1,20}`;
const S0 = String.raw`(?:\s|\+|/\*[^*]{0,40}\*/){0,20}`;
const QUOTE = `["'\`]`;
const END = String.raw`\s{0,20}(?:;|--|#|/\*|$)`;
/** The end of a quoted value, and a condition joined to it. */
const BREAK_OUT = `${QUOTE}${S0}\\)?${S0}(?:(?:or|and|xor)${S}|\\|\\||&&)${S0}(?:not${S})?`;
const OPERAND = `${QUOTE}?\\w{1,30}${QUOTE}?`;
const sql = (pattern: string) => new RegExp(pattern, 'i');

/** Commands that need an argument that looks like one, so that "; cat" and "| find" stay words. */
const TARGET = String.raw`\s+(?:-{1,2}[A-Za-z]|[/~][\w./]|~$|\*(?:[.;&|]|$)|\.{1,2}/|\$[A-Za-z({])`;
const ON_FILES =
  '(?:cat|rm|ls|cp|mv|chmod|chown|touch|head|tail|find|tar|dd|sudo|bash|sh|zsh|python3?|perl|ruby|php|node|powershell|kill|ping|shutdown)';
/** A slash alone is an argument too, but not after a word that prose has: "time | kill /". */
const ON_ROOT = String.raw`(?:rm|ls|cp|mv|chmod|chown|dd|sudo)\s+/$`;
const ON_HOSTS = String.raw`(?:curl|wget|nc|ncat|telnet|ssh|scp|ping|nslookup|dig)\s+(?:-{1,2}[A-Za-z]|https?:|\$|[\w-]{1,63}\.[\w-])`;
const ALONE = '(?:whoami|ifconfig|reboot|uname|netstat|printenv)';
const COMMAND = `(?:${ON_FILES}${TARGET}|${ON_ROOT}|${ON_HOSTS}|${ALONE}\\b)`;
const SHORT = '(?:id|ls|pwd|env|ps|dir)';

const DETECTORS: readonly Detector[] = [
  {
    threat: 'sql-injection',
    patterns: [
      // ' OR 'a'='a · 1 OR 1=1 · ") or ("1"="1
      sql(`\\b(?:or|and|xor)${S}(?:\\(\\s?)?(${QUOTE})(\\w{0,20})\\1${S0}(?:=|like)${S0}\\1\\2`),
      sql(`\\b(?:or|and|xor)${S}(?:\\(\\s?)?(\\w{1,20})${S0}=${S0}\\1\\b`),
      // ' OR true · ' AND 2>1 · ' || name LIKE '% · ' OR EXISTS(SELECT
      sql(`${BREAK_OUT}(?:true\\b${END}|\\d{1,9}${S0}=${S0}\\d|\\d{1,9}${S0}[<>]${S0}\\d{1,9}\\s{0,5}(?:--|#|/\\*))`),
      sql(`${BREAK_OUT}${OPERAND}(?:[=<>]{1,2}[\\w"'\`(]|${S0}(?:=|<>|!=)${S0}${QUOTE}|${S}like${S}${QUOTE}%)`),
      sql(`${BREAK_OUT}(?:(?:exists|ascii|substring|sleep|benchmark)\\(|exists${S0}\\(${S0}select\\b)`),
      // ; DROP TABLE x
      sql(
        `;${S0}drop${S}(?:table|database|schema|view|index|user|role|column|procedure|function|trigger)${S}[\\w"'\`[.]`,
      ),
      sql(
        `(?:^|;)${S0}(?:drop${S}(?:table|database)|truncate${S}table|delete${S}from)${S}(?:if${S}exists${S})?["'\`[]?[\\w.]{1,60}["'\`\\]]?\\s{0,20}(?:;|--)`,
      ),
      sql(
        `;${S0}(?:delete${S}from|truncate${S}table|insert${S}into|alter${S}(?:table|user|role|database))${S}["'\`[]?\\w`,
      ),
      sql(`;${S0}update${S}["'\`[]?[\\w.]{1,60}["'\`\\]]?${S}set${S}["'\`[]?\\w{1,60}["'\`\\]]?${S0}=`),
      sql(`;${S0}(?:exec|execute)${S0}(?:${S}(?:xp_|sp_|master)|\\()`),
      sql(`;${S0}select${S}(?:\\*|@@|\\w{1,30}\\()`),
      sql(`;${S0}shutdown${END}`),
      // UNION SELECT
      sql(
        `\\bunion${S}(?:(?:all|distinct)${S})?select(?:\\s{0,20}$|${S0}[*"'(@]|${S}(?:null|\\d{1,9})${S0}(?:,|--|#|;|$|from\\b)|${S}[\\w.]{1,60}${S0}(?:,|\\(|from${S}[\\w.]{1,60}${S0}(?:where\\b|limit\\b|;|--|#|/\\*|$)))`,
      ),
      // admin'-- · x' #
      sql(`["']\\s?\\)?\\s?;?\\s?(?:--|#|/\\*)[\\s+-]{0,20}$`),
      sql(
        `\\bwaitfor${S}delay${S}["']|\\bpg_sleep\\s?\\(|\\bsleep\\(\\d{1,9}\\)|\\bbenchmark\\(\\s?\\d{1,12}\\s?,|\\bload_file\\s?\\(`,
      ),
      sql(
        `\\bxp_cmdshell\\b|\\binto${S}(?:out|dump)file\\b|\\binformation_schema\\.\\w|\\bextractvalue\\(|\\bupdatexml\\(`,
      ),
    ],
  },
  {
    threat: 'xss',
    patterns: [
      /<\/?script\b/i,
      /<[a-z][^<>]{0,300}[\s/"']on[a-z]{3,24}\s{0,5}=/i,
      /\bon(?:error|load|click|focus|mouse\w{2,5}|toggle|start|begin|pageshow|animation\w{3,9})=\s{0,5}\S/i,
      /<(?:iframe|embed|object|applet)\b[^<>]{0,300}\b(?:src|srcdoc|data|code)\s{0,5}=/i,
      /<meta\b[^<>]{0,300}http-equiv\s{0,5}=\s{0,5}["']?refresh/i,
      /<base\b[^<>]{0,300}href\s{0,5}=/i,
      /(?:java|vb|live)script:[^\s]{0,200}[(=%/;`'"[{]/i,
      /\bdata:text\/html[;,]/i,
    ],
  },
  {
    threat: 'crlf',
    patterns: [
      // A line break before a header that no letter has.
      /[\r\n]\s{0,5}(?:bcc|set-cookie|content-(?:type|length|transfer-encoding)|transfer-encoding|mime-version)\s{0,5}:/i,
      // A line break written out, before any header.
      /(?:%0[da]|\\r\\n|\\n)(?:%20|\s){0,5}(?:to|cc|bcc|from|subject|reply-to|sender|x-[\w-]{1,30}|location|host|set-cookie|content-[\w-]{1,30}|transfer-encoding|mime-version|http\/1\.\d)\s{0,5}(?::|%3a)/i,
      /%0d%0a%0d%0a/i,
    ],
  },
  {
    threat: 'path-traversal',
    patterns: [
      /(?<![\w.])(?:\.\.|\.{4})[/\\]/,
      /\.\.(?:[/\\]\.\.)+(?:[/\\]|$)/,
      /(?:%2e|\.){2}(?:%2f|%5c|%c0%af|%252f|%255c)|(?:%2e%2e|%252e%252e|%2e\.|\.%2e)[/\\]/i,
      /(?<![\w.])\.\.;\//,
      /\/etc\/(?:passwd|shadow|sudoers)\b|\/proc\/self\/|\\windows\\(?:system32|win\.ini)/i,
      /\bfile:\/{2,3}[\w/.~]/i,
    ],
  },
  {
    threat: 'command-injection',
    patterns: [
      /(?:^|[;&|\n(])\s{0,20}rm\s+-[A-Za-z]/,
      new RegExp(String.raw`(?:[;|\n]|&&)\s{0,20}(?:sudo\s+)?${COMMAND}`),
      new RegExp(String.raw`(?:[;|]|&&\s{0,5}|\|\|\s{0,5})${SHORT}\s{0,5}(?:$|[;&#])|;\s{0,5}ls\s{0,5}(?:$|[;|&#])`),
      // "eat; sleep 8" is advice: only at the very start, without a space, or after && and ||
      /(?:^\s{0,20};\s{0,20}|[;|&](?=sleep)|(?:\|\||&&)\s{0,20})sleep\s+\d{1,9}\s{0,5}(?:$|[;|&#])/,
      /[;|&]\s{0,20}echo\s[^>\n]{0,200}>/,
      /\|\s{0,5}(?:sudo\s+)?(?:ba|z|da|k|c|tc)?sh(?:\s+-|\s{0,20}(?:$|[;|&]))|\|\s{0,5}base64\s+-d/,
      new RegExp(String.raw`\$\(\s{0,5}(?:/[\w/]{1,60}/)?(?:${COMMAND}|${SHORT}\s{0,5}[);|&]|\S{0,60}<)`),
      new RegExp(`\`\\s{0,5}(?:/[\\w/]{1,60}/)?(?:${COMMAND}|echo\\s|sleep\\s+\\d)`),
      new RegExp(`^\\s{0,20}\`${SHORT}\`\\s{0,20}$|[;&|]\\s{0,5}\`${SHORT}\``),
      /\$\{\s{0,5}(?:IFS\b|jndi:)|\$\{\$\{|\/dev\/(?:tcp|udp)\//i,
    ],
  },
];

/** Longer texts are read no further; fields are no longer (`fields.ts`). UTF-16 units. */
export const MAX_INSPECTED_CHARS = 20_000;
/** Folding makes eighteen characters of some single ones (U+FDFA): so much of the outcome is read, enough for any language. */
const MAX_FOLDED_CHARS = 2 * MAX_INSPECTED_CHARS;

/** The threats that a text looks like, as written, with look-alike characters folded, and with percent-encoding undone. */
export function threatsIn(text: string): readonly Threat[] {
  const read = readings(text.slice(0, MAX_INSPECTED_CHARS));
  return DETECTORS.filter(({ patterns }) =>
    patterns.some((pattern) => read.some((reading) => pattern.test(reading))),
  ).map(({ threat }) => threat);
}

const NON_ASCII = /[^\0-\x7f]/;
const ENCODED = /%(?:25)?[0-7][0-9a-f]/i;

function readings(text: string): readonly string[] {
  const folded = NON_ASCII.test(text) ? text.normalize('NFKC').slice(0, MAX_FOLDED_CHARS) : text;
  const decoded = ENCODED.test(folded) ? decodeAscii(decodeAscii(folded)) : folded;
  return [...new Set([text, folded, decoded])];
}

const decodeAscii = (text: string) =>
  text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
