/**
 * Mail servers on loopback: a real one (`smtp-server`) that keeps what it takes, and one that follows a script byte by byte, to break
 * off wherever a test wants.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../support/certificate.ts';

export const MAIL_HOST = 'mail.test';
export const ACCOUNT = { username: 'desk@mail.example.com', password: 'correct horse' };

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly secure: boolean;
  readonly user: string | undefined;
}

const fault = (reply: number, text: string): Error => Object.assign(new Error(text), { responseCode: reply });

/** `says` makes it refuse: at MAIL, at RCPT, or after the text. */
export async function startMailServer(
  { key, cert }: Certificate,
  { says = {}, ...options }: SMTPServerOptions & { says?: { mail?: Error; rcpt?: Error; data?: Error } } = {},
) {
  const taken: TakenMail[] = [];
  let sessions = 0;
  let most = 0;
  const server = new SMTPServer({
    key,
    cert,
    authMethods: ['PLAIN', 'LOGIN'],
    closeTimeout: 10,
    onConnect(_session, done) {
      most = Math.max(most, ++sessions);
      done();
    },
    onClose: () => void sessions--,
    onAuth({ username, password }, _session, done) {
      if (username === ACCOUNT.username && password === ACCOUNT.password) done(null, { user: username });
      else done(fault(535, '5.7.8 bad credentials of desk@mail.example.com'));
    },
    onMailFrom: (_address, _session, done) => done(says.mail ?? null),
    onRcptTo: (_address, _session, done) => done(says.rcpt ?? null),
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = [];
      stream
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          if (says.data !== undefined) return done(says.data);
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          taken.push({
            from,
            to: envelope.rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks),
            secure,
            user,
          });
          done();
        });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise<void>((done) => server.close(done)));
  const { port } = server.server.address() as AddressInfo;
  return { port, taken, most: () => most };
}
export { fault as smtpFault };

/**
 * What a scripted server does when a line begins so: it answers; or `hang` says nothing, `drop` ends the connection, `half:…` does so
 * after these bytes, `tls` encrypts, `tls:…` after these bytes in plain text.
 */
export type Reply = string;

/**
 * Follows `script`: the first entry whose beginning fits a line answers it; `.` is the end of the text, `text` its first bytes. What
 * is not in it is answered as a friendly server would.
 */
export async function startScriptedServer({ key, cert }: Certificate, script: Readonly<Record<string, Reply>>) {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const friendly: Readonly<Record<string, Reply>> = {
    greeting: '220 mail.test ESMTP',
    EHLO: '250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS',
    STARTTLS: 'tls',
    AUTH: '235 2.7.0 welcome',
    MAIL: '250 2.1.0 fine',
    RCPT: '250 2.1.5 fine',
    DATA: '354 go on',
    '.': '250 2.0.0 queued',
    QUIT: '221 bye',
  };
  const server = createServer((plain) => {
    connections++;
    sockets.add(plain.on('error', () => {}).on('close', () => sockets.delete(plain)));
    let socket: Socket = plain;
    let inText = false;
    const answer = (name: string): void => {
      const reply = script[name] ?? friendly[name] ?? '500 what?';
      if (reply === 'hang') return;
      if (reply === 'drop') plain.destroy();
      else if (reply.startsWith('half:')) socket.write(reply.slice(5), () => plain.destroy());
      else if (reply.startsWith('tls')) {
        socket.write(`220 go\r\n${reply.slice(4)}`);
        plain.removeAllListeners('data');
        const secureContext = createSecureContext({ key, cert });
        socket = new TLSSocket(plain, { isServer: true, secureContext }).on('error', () => {});
        socket.on('data', read);
      } else socket.write(`${reply}\r\n`);
    };
    let rest = '';
    const read = (chunk: Buffer): void => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inText && line !== '.') {
          if (script['text'] === undefined) continue;
          answer('text');
          return;
        }
        seen.push(line);
        const name = inText ? '.' : (line.split(' ')[0] ?? '').toUpperCase();
        inText = name === 'DATA' && (script['DATA'] ?? '354').startsWith('354');
        answer(name);
      }
    };
    plain.on('data', read);
    answer('greeting');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return { port: (server.address() as AddressInfo).port, seen, connections: () => connections };
}
