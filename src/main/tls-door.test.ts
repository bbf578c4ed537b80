import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Certificate, makeCertificate } from '../../test/support/certificate.ts';
import type { Alert } from '../guard/alerts.ts';
import { DAY_MS } from '../kernel/time.ts';
import type { Tls } from '../shield/node-listen.ts';
import { keepTlsCurrent } from './tls-door.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

let first: Certificate;
let second: Certificate;
beforeAll(() => {
  [first, second] = [makeCertificate('door.example'), makeCertificate('door.example')];
});

/** A door over files that the test writes. */
function door() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-door-'));
  const files: TlsFiles = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), clientCa: null };
  const put = ({ cert, key }: Partial<Certificate>) => {
    if (cert !== undefined) writeFileSync(files.cert, cert);
    if (key === undefined) return;
    writeFileSync(`${files.key}.new`, key, { mode: 0o600 });
    renameSync(`${files.key}.new`, files.key);
  };
  put(first);
  const start = Date.now();
  let passed = 0;
  const clock = { now: () => start + passed };
  const served: Tls[] = [];
  const renewed: string[] = [];
  const alerts: Alert[] = [];
  const faults: unknown[] = [];
  const kept = keepTlsCurrent({
    ...{ files, clock, first: readTls(files, start) },
    serve: (tls) => void served.push(tls),
    onRenewed: async ({ pin }) => void renewed.push(pin),
    alerts: { raise: (alert) => void alerts.push(alert) },
    onFault: (fault) => void faults.push(fault),
  });
  onTestFinished(async () => {
    await kept[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
    expect(faults).toEqual([]);
  });
  const pass = (ms: number) => {
    passed += ms;
  };
  return {
    ...kept,
    files,
    put,
    served,
    renewed,
    alerts: () => alerts.splice(0).filter(({ kind }) => kind === 'tls_not_renewed'),
    ends: () => alerts.splice(0).filter(({ kind }) => kind === 'tls_certificate_ends'),
    pass,
  };
}

it('serves new files once, and tells the log of the new key', async () => {
  const { look, put, served, renewed, alerts, files } = door();
  await look();
  expect(served).toEqual([]);
  put(second);
  await look();
  await look(true);
  expect(served).toEqual([{ cert: second.cert, key: second.key }]);
  expect(renewed).toEqual([readTls(files, Date.now()).pin]);
  expect(alerts()).toEqual([]);
});

it('waits for the second file of a pair without a word', async () => {
  const { look, put, served, alerts } = door();
  put({ cert: second.cert });
  await look();
  expect(alerts()).toEqual([]);
  put({ key: second.key });
  await look();
  expect(served).toHaveLength(1);
  expect(alerts()).toEqual([]);
});

it('keeps the old ones and tells a person once when bad files stay, and goes on when they are mended', async () => {
  const { look, put, served, alerts } = door();
  put({ cert: 'half written' });
  for (let round = 0; round < 4; round++) await look();
  expect(alerts()).toMatchObject([
    {
      severity: 'HIGH',
      say: expect.stringMatching(/holds no certificate.*The certificate that was served before goes on/),
    },
  ]);
  expect(served).toEqual([]);
  put({ cert: second.cert });
  await look();
  await look();
  expect(alerts()).toMatchObject([{ say: expect.stringContaining('is not the one of the certificate') }]);
  put(second);
  await look();
  expect(served).toHaveLength(1);
});

it('tells at once when somebody asked', async () => {
  const { look, files, alerts } = door();
  rmSync(files.key);
  await look(true);
  await look();
  expect(alerts()).toMatchObject([{ say: expect.stringContaining('ENOENT') }]);
});

it('tells of the end of the certificate as it comes nearer, once each, and no more when there is a new one', async () => {
  const { look, put, pass, ends } = door();
  expect(ends()).toMatchObject([{ severity: 'HIGH', subject: '3d' }]); // it is one of two days
  await look();
  expect(ends()).toEqual([]);
  pass(2 * DAY_MS);
  await look();
  await look();
  expect(ends()).toMatchObject([{ severity: 'HIGH', subject: '0d', say: expect.stringContaining('ran out at') }]);
  pass(-2 * DAY_MS);
  put(second);
  await look();
  expect(ends()).toMatchObject([{ subject: '3d' }]);
});
