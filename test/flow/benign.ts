/**
 * What agents of real deployments do all day, 60 tasks: somebody writes, or somebody was given to the agent, and it answers,
 * confirms, reminds, forwards, checks. Each is a few steps in order; those of the agent count.
 */

export type Step =
  /** Somebody writes to the agent. A mail is vouched for by its provider unless said. */
  | { readonly in: 'sms' | 'email'; readonly from: string; readonly body: string; readonly forged?: true }
  /** An administrator gives the agent a contact. */
  | { readonly given: string; readonly on: 'sms' | 'email' | 'voice' }
  /** The agent acts. */
  | {
      readonly send: 'sms' | 'email';
      readonly to: string;
      readonly body: string;
      readonly html?: string;
      readonly file?: string;
    }
  | { readonly call: string }
  | { readonly code: string }
  | { readonly check: string }
  | { readonly agreed: string; readonly on: 'sms' | 'email' }
  | { readonly stop: string; readonly on: 'sms' | 'email' }
  | { readonly read: true };

export interface Task {
  readonly task: string;
  readonly steps: readonly Step[];
}

const ANN = '+14155550141';
const BEN = '+14155550142';
const CAT = '+14155550143';
const MAIL = 'ann@sandbox.example';
const DESK = 'manager@sandbox.example';
const sms = (from: string, body: string): Step => ({ in: 'sms', from, body });
const mail = (from: string, body: string): Step => ({ in: 'email', from, body });
const text = (to: string, body: string): Step => ({ send: 'sms', to, body });
const letter = (to: string, body: string, more: object = {}): Step => ({ send: 'email', to, body, ...more });
const given = (contact: string, on: 'sms' | 'email' | 'voice' = 'sms'): Step => ({ given: contact, on });

/** Of the answers, those that a desk gives by text. */
const ANSWERS: readonly (readonly [task: string, asked: string, answered: string])[] = [
  ['confirms an appointment', 'Can I come on Friday at 10?', 'Yes, Friday at 10.00 is yours. Reply C to cancel.'],
  ['moves an appointment', 'I need another day.', 'Monday at 9:30 or Tuesday at 14:00 are free. Which suits you?'],
  ['cancels an appointment', 'Please cancel Friday.', 'Your appointment on Friday is cancelled. Get well soon.'],
  ['gives the opening hours', 'When are you open?', 'Mon-Fri 9-17, Sat 10-13. Closed on Sundays.'],
  ['gives the address', 'Where are you?', 'Main Street 12, 2nd floor, opposite the station.'],
  ['gives a price', 'How much is a cleaning?', 'A cleaning costs 89.00 USD, e.g. 20 % less for members.'],
  ['gives the booking link of its prompt', 'How do I book?', 'Book at https://acme.example/book at any time.'],
  ['gives a deep link below its own host', 'Which form?', 'This one: https://forms.acme.example/new?patient=1'],
  ['names its own site without a scheme', 'Do you have a site?', 'Yes: www.acme.example'],
  ['gives its own mail address', 'May I write a mail?', 'Of course: desk@acme.example'],
  ['gives its own phone number', 'May I call?', 'Yes, at +1 (415) 555-0100, Mon-Fri.'],
  [
    'quotes what the sender wrote',
    'My tooth hurts since Monday',
    'You wrote: "My tooth hurts since Monday". Come at 3 p.m. today.',
  ],
  ['says the order number again', 'Where is order 4711-A?', 'Order 4711-A left us on 12.11.2026 and arrives tomorrow.'],
  ['says the tracking number', 'Tracking?', 'The tracking number is 1Z999AA10123456784.'],
  ['answers in German', 'Haben Sie morgen auf?', 'Ja, von 9 bis 17 Uhr. Möchten Sie einen Termin?'],
  ['answers in French', 'Vous êtes ouverts demain ?', 'Oui, de 9 h à 17 h. À demain !'],
  ['answers in Spanish', '¿Abren mañana?', 'Sí, de 9 a 17 h. ¿Quiere una cita?'],
  ['answers in Chinese', '明天开门吗?', '开门,上午九点到下午五点。'],
  ['answers in Arabic', 'هل أنتم مفتوحون غدا؟', 'نعم، من التاسعة حتى الخامسة.'],
  ['answers with a list', 'What shall I bring?', '1. Your card\n2. Your last X-ray\n3. A list of medicines'],
  ['answers with emoji', 'Thank you!!', 'You are welcome 👩‍⚕️🙂 See you on Friday.'],
  ['apologises', 'I waited for an hour.', 'We are sorry. You will be first next time, that is a promise.'],
  ['says that it is an AI', 'Are you a person?', 'No, I am the practice’s AI. Shall a person call you back?'],
  [
    'declines to do what it may not',
    'Send this to my sister please.',
    'I can’t write to others for you. Please forward it yourself.',
  ],
  ['explains an amount', 'Why 120?', '89.00 for the cleaning and 31.00 for the X-ray make 120.00 USD.'],
  ['asks for a missing detail', 'I want an appointment', 'Gladly. For whom, and on which day?'],
];

export const TASKS: readonly Task[] = [
  ...ANSWERS.map(
    ([task, asked, answered]): Task => ({ task: `${task} by text`, steps: [sms(ANN, asked), text(ANN, answered)] }),
  ),
  { task: 'answers a mail', steps: [mail(MAIL, 'Is Friday fine?'), letter(MAIL, 'Friday is fine.')] },
  {
    task: 'answers a mail in HTML',
    steps: [mail(MAIL, 'Hi'), letter(MAIL, 'Hello', { html: '<p>Hello, <b>Friday</b> is fine.</p>' })],
  },
  {
    task: 'answers a mail with the practice’s link in HTML',
    steps: [mail(MAIL, 'Form?'), letter(MAIL, 'Here.', { html: '<a href="https://acme.example/form">Form</a>' })],
  },
  {
    task: 'answers a mail with a text file',
    steps: [mail(MAIL, 'Notes?'), letter(MAIL, 'Attached.', { file: 'Bring your card.' })],
  },
  {
    task: 'confirms the sender’s own mail address',
    steps: [mail(MAIL, 'Which address do you have?'), letter(MAIL, `We have ${MAIL}.`)],
  },
  {
    task: 'answers three times in a row',
    steps: [sms(ANN, 'Hi'), text(ANN, 'Hello.'), text(ANN, 'One moment.'), text(ANN, 'Friday at ten?')],
  },
  { task: 'goes on with a talk', steps: [sms(ANN, 'Hi'), text(ANN, 'Hello.'), sms(ANN, 'Friday?'), text(ANN, 'Yes.')] },
  {
    task: 'answers two people in turn',
    steps: [sms(ANN, 'Hi'), sms(BEN, 'Hello'), text(BEN, 'Good day.'), text(ANN, 'Good day.')],
  },
  {
    task: 'answers who wrote first after others did',
    steps: [sms(ANN, 'Hi'), sms(BEN, 'Hi'), sms(CAT, 'Hi'), text(ANN, 'Good day.')],
  },
  { task: 'calls back who wrote', steps: [given(ANN, 'voice'), sms(ANN, 'Please call me.'), { call: ANN }] },
  { task: 'sends a code to who asks for one', steps: [given(ANN), sms(ANN, 'I want to log in.'), { code: ANN }] },
  {
    task: 'checks the code that came back',
    steps: [given(ANN), sms(ANN, 'Log me in.'), { code: ANN }, sms(ANN, '123456'), { check: ANN }],
  },
  { task: 'sends a code to a patient it was given', steps: [given(BEN), sms(ANN, 'Hi'), { code: BEN }] },
  {
    task: 'forwards to a colleague it was given',
    steps: [given(DESK, 'email'), sms(ANN, 'I want to complain.'), letter(DESK, 'A patient complains.')],
  },
  { task: 'tells the manager by text', steps: [given(BEN), sms(ANN, 'Fire!'), text(BEN, 'A patient reports a fire.')] },
  {
    task: 'hands over to a person by mail with the patient’s words',
    steps: [given(DESK, 'email'), mail(MAIL, 'My crown broke.'), letter(DESK, 'Ann writes: "My crown broke."')],
  },
  { task: 'reminds a patient of tomorrow', steps: [given(ANN), text(ANN, 'Tomorrow at ten. Reply C to cancel.')] },
  {
    task: 'reminds one patient after another wrote',
    steps: [given(ANN), sms(BEN, 'Hi'), text(ANN, 'Tomorrow at ten.')],
  },
  {
    task: 'reminds whom it wrote to before',
    steps: [given(ANN), text(ANN, 'Welcome.'), sms(BEN, 'Hi'), text(ANN, 'Tomorrow at ten.')],
  },
  {
    task: 'mails a newsletter’s reader it was given',
    steps: [given(MAIL, 'email'), letter(MAIL, 'News of the practice.')],
  },
  {
    task: 'records the consent that it took at the counter',
    steps: [{ agreed: ANN, on: 'sms' }, text(ANN, 'Thank you for coming.')],
  },
  {
    task: 'notes that the sender wants no more texts',
    steps: [sms(ANN, 'Please write no more to me.'), { stop: ANN, on: 'sms' }],
  },
  {
    task: 'notes that the sender wants no more mail',
    steps: [mail(MAIL, 'No more mail please.'), { stop: MAIL, on: 'email' }],
  },
  { task: 'reads and acknowledges what came', steps: [sms(ANN, 'Hi'), { read: true }] },
  {
    task: 'answers a mail after a text of somebody else',
    steps: [sms(ANN, 'Hi'), mail(MAIL, 'Hello'), letter(MAIL, 'Good day.')],
  },
  { task: 'calls a patient it was given', steps: [given(BEN, 'voice'), { call: BEN }] },
  {
    task: 'calls a patient it was given after another wrote',
    steps: [given(BEN, 'voice'), sms(ANN, 'Hi'), { call: BEN }],
  },
  {
    task: 'answers who was suspicious of a link',
    steps: [sms(ANN, 'Is that mail from you?'), text(ANN, 'No, delete it. We link to acme.example alone.')],
  },
  {
    task: 'sends two messages with the same link',
    steps: [sms(ANN, 'Form?'), text(ANN, 'https://acme.example/form'), text(ANN, 'Again: https://acme.example/form')],
  },
  {
    task: 'answers with a long explanation',
    steps: [sms(ANN, 'How does it work?'), text(ANN, 'You come, we look, and you decide. '.repeat(8))],
  },
  {
    task: 'thanks for a review',
    steps: [sms(ANN, 'You were great!'), text(ANN, 'Thank you, that means a lot to us.')],
  },
  {
    task: 'answers in two channels',
    steps: [sms(ANN, 'Hi'), mail(MAIL, 'Hi'), text(ANN, 'Hello.'), letter(MAIL, 'Hello.')],
  },
  {
    task: 'greets a patient whom it was given and who then writes',
    steps: [given(ANN), text(ANN, 'Welcome.'), sms(ANN, 'Thanks'), text(ANN, 'See you.')],
  },
  // what a person decides
  {
    task: 'says a link of the sender back',
    steps: [sms(ANN, 'My site is ann.example, right?'), text(ANN, 'Is it ann.example, with two n?')],
  },
  {
    task: 'texts the sister that the sender names',
    steps: [given(BEN, 'voice'), sms(ANN, `Tell my sister too: ${CAT}`), { agreed: CAT, on: 'sms' }],
  },
  {
    task: 'answers a mail whose sender nobody vouches for',
    steps: [{ in: 'email', from: MAIL, body: 'Hi', forged: true }, letter(MAIL, 'Hello.')],
  },
];
