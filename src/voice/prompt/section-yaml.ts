/**
 * Sections as YAML, and back from exactly that. Every text is a double-quoted scalar on one line, so that no text can be read as
 * a number, a tag, an anchor or another line. It is no reader of YAML: what was not written here (or as JSON) is refused, as a
 * reader that guesses would put something else into a prompt than its author sees.
 */
import type { PomSection } from '../agent/agent-state.ts';
import { ConfigurationError } from '../configuration-error.ts';

const NOT_OURS =
  'This YAML was not written by toYaml(): of YAML, only what toYaml() writes can be read. Give JSON, or convert the file to JSON.';

export const writeYaml = (sections: readonly PomSection[]): string =>
  sections.length === 0 ? '[]\n' : `${sections.flatMap((one) => sectionLines(one)).join('\n')}\n`;

function sectionLines(section: PomSection): readonly string[] {
  const lines = Object.entries(section).flatMap(([name, value]): readonly string[] => {
    if (!Array.isArray(value)) return [`${name}: ${scalar(value)}`];
    const items = value.flatMap((one) => (typeof one === 'string' ? [`- ${scalar(one)}`] : sectionLines(one)));
    return [`${name}:`, ...items.map((line) => `  ${line}`)];
  });
  return lines.length === 0 ? ['- {}'] : lines.map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}

/** JSON's strings are YAML's; what an older reader of YAML takes for the end of a line, or can't print, is escaped as well. */
const scalar = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * What `writeYaml` wrote, as plain data; not yet checked to be sections.
 * @throws ConfigurationError for anything else.
 */
export function readYaml(text: string): readonly unknown[] {
  const given = text.replaceAll('\r\n', '\n').trimEnd();
  const lines = given.split('\n');
  const at = { line: 0 };
  const sections = readItems(lines, at, '') as readonly PomSection[];
  // whatever was read loosely is found here
  if (writeYaml(sections).trimEnd() !== given) throw new ConfigurationError(NOT_OURS);
  return sections;
}

function readItems(lines: readonly string[], at: { line: number }, indent: string): readonly unknown[] {
  const items: unknown[] = [];
  const dash = `${indent}- `;
  for (let line = lines[at.line]; line?.startsWith(dash); line = lines[at.line]) {
    const rest = line.slice(dash.length);
    if (rest === '{}' || rest.startsWith('"')) {
      at.line++;
      items.push(readScalar(rest));
    } else items.push(readMembers(lines, at, indent));
  }
  return items;
}

/** Of one section: the first follows the dash, the others stand below it. */
function readMembers(lines: readonly string[], at: { line: number }, indent: string): unknown {
  const members: [string, unknown][] = [];
  const inner = `${indent}  `;
  do {
    const [, name = '', rest = ''] = /^([A-Za-z]+):(.*)$/.exec(lines[at.line]!.slice(inner.length)) ?? [];
    if (name === '') throw new ConfigurationError(NOT_OURS);
    at.line++;
    const value = rest === '' ? readItems(lines, at, `${inner}  `) : readScalar(rest.slice(1));
    if (Array.isArray(value) && value.length === 0) throw new ConfigurationError(NOT_OURS);
    members.push([name, value]);
  } while (lines[at.line]?.startsWith(inner) && lines[at.line]?.[inner.length] !== '-');
  return Object.fromEntries(members);
}

function readScalar(text: string): unknown {
  if (!/^(?:".*"|true|false|\{\})$/.test(text)) throw new ConfigurationError(NOT_OURS);
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationError(NOT_OURS);
  }
}
