/** sqlmap, on one parameter at a time: SQL injection. https://sqlmap.org */
import { run, type Scan } from './scanner.ts';

/** A request in which `*` marks the place to attack. */
export interface Attackable {
  readonly what: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: readonly string[];
}

const WITHIN_MS = 60_000;
/** Answers that say "no" to the value tried; 401 and 429 are not among them, which say that it was not even looked at. */
const REFUSALS = '400,403,404,409,415,422';

export async function sqlmap(
  { what, url, method = 'POST', body, headers = [] }: Attackable,
  home: string,
): Promise<Scan> {
  const printed = await run(
    'sqlmap',
    [
      ...['-u', url, '--method', method, ...(body === undefined ? [] : ['--data', body])],
      ...headers.flatMap((header) => ['-H', header]),
      ...['--batch', '--level', '1', '--risk', '1', '--threads', '2', '--flush-session', '--disable-coloring'],
      ...['--ignore-code', REFUSALS, '--output-dir', home],
    ],
    home,
    WITHIN_MS,
  );
  return { scanner: 'sqlmap', what, ...judged(printed) };
}

function judged(printed: string): Pick<Scan, 'result' | 'detail'> {
  if (/identified the following injection point|might be vulnerable to|is vulnerable/.test(printed)) {
    return { result: 'found', detail: printed };
  }
  const tests = printed.match(/testing '/g)?.length ?? 0;
  const isThrough = printed.includes('all tested parameters do not appear to be injectable') && tests >= 10;
  const unheard = /\b(?:401|429) \([\w ]+\) - \d+ times/.test(printed);
  return isThrough && !unheard
    ? { result: 'clean', detail: `${tests} kinds of attack` }
    : { result: 'unproven', detail: printed };
}
