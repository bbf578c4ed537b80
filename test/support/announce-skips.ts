/** Says at the start of a run which suites it leaves out, and how to run them. */
import { existsSync } from 'node:fs';
import { BROWSER_WANTED, CHROMIUM } from '../console/browser.ts';
import { CONTRACTS } from '../contracts/contracts-folder.ts';
import { hasOathtool } from './oathtool.ts';

export default function announceSkips(): void {
  if (process.env['TEST_DATABASE_URL'] === undefined)
    process.stderr.write(
      'Skipped: the store on PostgreSQL. To run it: TEST_DATABASE_URL=postgres://user@host:port/database npm test -- test/store\n',
    );
  if (process.env['SALLYPORT_ATTACK'] !== '1')
    process.stderr.write(
      'Skipped: floods of addresses and headers that never end, against a running server; a minute and a half. To run them: SALLYPORT_ATTACK=1 npm test -- test/attack\n',
    );
  if (!hasOathtool())
    process.stderr.write('Skipped: one-time codes against oathtool. To run it: apt-get install oathtool\n');
  if (!BROWSER_WANTED)
    process.stderr.write(
      'Skipped: the pages at /admin in a browser; a minute. To run them: SALLYPORT_BROWSER=1 npm test -- test/console\n',
    );
  else if (!existsSync(CHROMIUM))
    process.stderr.write(
      `Skipped: the pages at /admin in a browser, as there is no ${CHROMIUM}. apt-get install chromium\n`,
    );
  if (!existsSync(CONTRACTS))
    process.stderr.write(
      "Skipped: the providers' requests, and call scripts, against the vendors' own descriptions. To run it: SALLYPORT_CONTRACTS=folder npm test -- test/contracts test/voice\n",
    );
}
