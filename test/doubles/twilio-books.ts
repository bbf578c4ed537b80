/**
 * What the Twilio double keeps, and what it answers to each endpoint: messages, numbers, numbers for sale and WhatsApp senders of
 * one account, in memory.
 */
import type { Endpoint } from './twilio-contract.ts';
import {
  hex,
  messageJson,
  numberJson,
  page,
  type StoredMessage,
  type StoredNumber,
  type StoredSender,
} from './twilio-resources.ts';

export interface Recorded {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams | null;
  readonly json: unknown;
}

export interface TwilioBooks {
  readonly accountSid: string;
  /** The latest stand first. */
  readonly messages: StoredMessage[];
  /** Drops all but the latest messages. */
  forget(kept: number): void;
  readonly numbers: StoredNumber[];
  readonly senders: StoredSender[];
  /** Numbers that are for sale; one that is not `free` is sold the moment someone wants it. */
  readonly shop: { readonly address: string; readonly country: string; free: boolean }[];
  /** How the account is: its status, whether it may use the Senders API, and how much it gets at once. */
  readonly account: { status: 'active' | 'suspended' | 'closed'; senders: 'open' | 403 | 404; pageSize: number };
  /** A number that the account owns. */
  own(address: string, how?: { readonly sms?: boolean; readonly application?: string }): StoredNumber;
  /** A WhatsApp sender of the account. */
  register(address: string): StoredSender;
  /** A message that is in the account already. */
  store(message: Partial<StoredMessage> & Pick<StoredMessage, 'to' | 'body'>): StoredMessage;
  /** What Twilio answers to a request that fits the contract. @throws Refusal */
  answer(request: Recorded): unknown;
}

/** An error answer. */
export class Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  constructor(status: number, code: number, message: string) {
    this.status = status;
    this.code = code;
    this.message = message;
  }
}

export interface TwilioBooksOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly now: () => number;
}

export function twilioBooks({ accountSid, authToken, now }: TwilioBooksOptions): TwilioBooks {
  const messages: StoredMessage[] = [];
  const bySid = new Map<string, StoredMessage>();
  const numbers: StoredNumber[] = [];
  const senders: StoredSender[] = [];
  const shop: TwilioBooks['shop'] = [];
  const account: TwilioBooks['account'] = { status: 'active', senders: 'open', pageSize: 1000 };
  let made = 0;

  const store: TwilioBooks['store'] = (message) => {
    const stored: StoredMessage = {
      sid: `SM${hex(++made)}`,
      from: null,
      messagingServiceSid: null,
      direction: 'outbound-api',
      createdAt: now(),
      statusCallback: null,
      status: 'queued',
      errorCode: null,
      price: null,
      priceUnit: 'USD',
      ...message,
    };
    messages.unshift(stored);
    bySid.set(stored.sid, stored);
    return stored;
  };
  const own: TwilioBooks['own'] = (address, how) => {
    const { sms = true, application = null } = how ?? {};
    const number = { sid: `PN${hex(++made)}`, address, name: address, smsUrl: '', sms, application };
    numbers.push(number);
    return number;
  };

  const numberOf = (sid: string | undefined): StoredNumber => {
    const number = numbers.find((one) => one.sid === sid);
    if (number === undefined) throw new Refusal(404, 20404, 'The requested resource was not found');
    return number;
  };

  type Handle = (request: Recorded) => unknown;
  const HANDLES: Readonly<Record<string, Handle>> = {
    // as Twilio does, with the token in it
    'fetch account': () => ({
      sid: accountSid,
      auth_token: authToken,
      status: account.status,
      friendly_name: 'My account',
      type: 'Full',
    }),
    'create message': ({ form }) => {
      const to = form?.get('To') ?? '';
      if (!/^(whatsapp:)?\+\d{2,15}$/.test(to)) throw new Refusal(400, 21211, `Invalid 'To' Phone Number: ${to}`);
      if (form?.get('From') === null && form.get('MessagingServiceSid') === null)
        throw new Refusal(400, 21603, "A 'From' phone number is required");
      if ((form?.get('Body') ?? '') === '' && form?.get('ContentSid') === null)
        throw new Refusal(400, 21602, 'Message body is required');
      return messageJson(
        accountSid,
        store({
          to,
          from: form?.get('From') ?? null,
          messagingServiceSid: form?.get('MessagingServiceSid') ?? null,
          body: form?.get('Body') ?? '',
          statusCallback: form?.get('StatusCallback') ?? null,
        }),
      );
    },
    'list messages': ({ query }) => {
      const found = messages.filter(
        ({ to, from }) =>
          (query.get('To') === null || to === query.get('To')) &&
          (query.get('From') === null || from === query.get('From')),
      );
      return page(
        'messages',
        found.map((message) => messageJson(accountSid, message)),
        Math.min(Number(query.get('PageSize') ?? 50), account.pageSize),
      );
    },
    'fetch message': ({ params }) => {
      const message = bySid.get(params['Sid'] ?? '');
      if (message === undefined) throw new Refusal(404, 20404, 'The requested resource was not found');
      return messageJson(accountSid, message);
    },
    // matches parts, as Twilio's filter does
    'list numbers': ({ query }) => {
      const found = numbers.filter(
        ({ address, name }) =>
          address.includes(query.get('PhoneNumber') ?? '') && name.includes(query.get('FriendlyName') ?? ''),
      );
      return page(
        'incoming_phone_numbers',
        found.map((number) => numberJson(accountSid, number)),
        Number(query.get('PageSize') ?? 50),
      );
    },
    'buy number': ({ form }) => {
      const offer = shop.find(({ address }) => address === form?.get('PhoneNumber'));
      if (offer?.free !== true) throw new Refusal(400, 21422, 'PhoneNumber is not available');
      offer.free = false;
      const number = own(offer.address);
      number.name = form?.get('FriendlyName') ?? number.address;
      number.smsUrl = form?.get('SmsUrl') ?? '';
      return numberJson(accountSid, number);
    },
    'update number': ({ params, form }) => {
      const number = numberOf(params['Sid']);
      number.smsUrl = form?.get('SmsUrl') ?? number.smsUrl;
      return numberJson(accountSid, number);
    },
    'release number': ({ params }) => {
      numbers.splice(numbers.indexOf(numberOf(params['Sid'])), 1);
      return undefined;
    },
    'numbers for sale': ({ params, query }) => {
      const offers = shop.filter(
        ({ address, country }) => country === params['CountryCode'] && address.includes(query.get('AreaCode') ?? ''),
      );
      if (!shop.some(({ country }) => country === params['CountryCode'])) throw new Refusal(404, 20404, 'not found');
      const numbersForSale = offers.map(({ address }) => ({ phone_number: address, capabilities: { SMS: true } }));
      return page('available_phone_numbers', numbersForSale, Number(query.get('PageSize') ?? 50));
    },
    'list WhatsApp senders': ({ query }) => {
      if (account.senders !== 'open') throw new Refusal(account.senders, 20403, 'not allowed');
      const size = Math.min(Number(query.get('PageSize') ?? 20), account.pageSize);
      const from = Number(query.get('Page') ?? 0) * size;
      const more = senders.length > from + size;
      const next = `https://messaging.twilio.com/v2/Channels/Senders?Page=${from / size + 1}&PageToken=PT${from + size}`;
      return {
        senders: senders
          .slice(from, from + size)
          .map(({ sid, senderId, webhook }) => ({ sid, sender_id: senderId, webhook })),
        meta: { key: 'senders', next_page_url: more ? next : null },
      };
    },
    'update WhatsApp sender': ({ params, json }) => {
      const sender = senders.find(({ sid }) => sid === params['Sid']);
      if (sender === undefined) throw new Refusal(404, 20404, 'not found');
      Object.assign(sender.webhook, (json as { webhook: Record<string, string> }).webhook);
      return { sid: sender.sid, sender_id: sender.senderId, webhook: sender.webhook };
    },
  };

  return {
    accountSid,
    messages,
    numbers,
    senders,
    shop,
    account,
    own,
    store,
    register(address) {
      const sender = { sid: `XE${hex(++made)}`, senderId: `whatsapp:${address}`, webhook: {} };
      senders.push(sender);
      return sender;
    },
    forget(kept) {
      for (const { sid } of messages.splice(kept)) bySid.delete(sid);
    },
    answer(request) {
      const handle = HANDLES[request.endpoint.name];
      if (handle === undefined) throw new Error(`${request.endpoint.name} is not played`);
      return handle(request);
    },
  };
}
