/** Says at the start of a run which suites it leaves out, and how to run them. */
export default function announceSkips(): void {
  if (process.env['TEST_DATABASE_URL'] !== undefined) return;
  process.stderr.write(
    'Skipped: the store on PostgreSQL. To run it: TEST_DATABASE_URL=postgres://user@host:port/database npm test -- test/store\n',
  );
}
