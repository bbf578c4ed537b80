/**
 * The hundred numbers that always work in sandbox, +1 415 555 0100 to 0199 (reserved for fiction, so nobody has them), the
 * mailboxes at sandbox.example (a name that never exists, RFC 2606), and what the simulator does when something is sent to one. Documented for users: change only by adding.
 */
export type Behaviour =
  /** Delivered after `afterMs`; then the recipient answers with the same text, a fixed one, or not at all. */
  | { readonly is: 'deliver'; readonly afterMs: number; readonly answer: 'echo' | 'none' | { readonly text: string } }
  /** Refused by the provider for good; `providerCode` as Twilio numbers its errors. */
  | { readonly is: 'reject'; readonly because: 'invalid_number' | 'opted_out'; readonly providerCode: number }
  /** Accepted and later reported as undelivered. */
  | { readonly is: 'bounce'; readonly providerCode: number }
  /** The provider answers with this HTTP status and has not taken the message: trying again is safe. */
  | { readonly is: 'unavailable'; readonly httpStatus: number }
  /** The provider never answers: nobody can know whether the message went out. */
  | { readonly is: 'hang' };

const answers = (answer: 'echo' | 'none' | { readonly text: string }, afterMs = 0): Behaviour => ({
  is: 'deliver',
  afterMs,
  answer,
});

const BEHAVIOURS: ReadonlyMap<string, Behaviour> = new Map([
  ['+14155550100', answers('echo')],
  ['+14155550101', answers('none')],
  ['+14155550102', answers({ text: 'STOP' })],
  ['+14155550103', answers({ text: 'START' })],
  ['+14155550104', answers({ text: 'please stop texting me' })],
  ['+14155550110', { is: 'reject', because: 'invalid_number', providerCode: 21211 }],
  ['+14155550111', { is: 'unavailable', httpStatus: 503 }],
  ['+14155550112', answers('echo', 2_000)],
  ['+14155550113', { is: 'hang' }],
  ['+14155550114', { is: 'reject', because: 'opted_out', providerCode: 21610 }],
  ['+14155550115', { is: 'bounce', providerCode: 30005 }],
  ['echo@sandbox.example', answers('echo')],
  ['silent@sandbox.example', answers('none')],
  ['stop@sandbox.example', answers({ text: 'STOP' })],
  ['unavailable@sandbox.example', { is: 'unavailable', httpStatus: 503 }],
  ['hang@sandbox.example', { is: 'hang' }],
  ['bounce@sandbox.example', { is: 'bounce', providerCode: 550 }],
]);

/** Every other address: delivered, no answer. */
const OTHERWISE = answers('none');

export const isSandboxNumber = (e164: string): boolean => /^\+141555501\d\d$/.test(e164);

/** One of the documented numbers and mailboxes, which are nobody's. In normal form. */
export const isSandboxAddress = (address: string): boolean =>
  isSandboxNumber(address) || address.endsWith('@sandbox.example');

/** @param address in normal form. */
export const sandboxBehaviour = (address: string): Behaviour => BEHAVIOURS.get(address) ?? OTHERWISE;
