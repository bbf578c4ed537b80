/**
 * The program's entry. Imports nothing before it has looked at Node's version: older ones fail on the syntax of what comes
 * next, with a message that helps nobody. (Before 22.18 they can't read this file either; `npm start` brings the right one.)
 */
const WANTED = 26;
const [major = 0] = process.versions.node.split('.').map(Number);

if (major < WANTED) {
  process.stderr.write(
    `sallyport: This needs Node ${WANTED} or newer, and runs on ${process.version}. Run npm ci, then npm start: they bring the right one and use it.\n`,
  );
  process.exitCode = 2;
} else {
  const [{ run }, { systemClock }] = await Promise.all([import('./program.ts'), import('../kernel/clock.ts')]);
  // a reader that has seen enough (`| head`) is no failure
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await run(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    stdin: process.stdin,
    clock: systemClock,
    signals: {
      on: (signal, listener) => process.on(signal, listener),
      off: (signal, listener) => process.off(signal, listener),
    },
    endAtOnce: (exitCode) => process.exit(exitCode),
  });
}
