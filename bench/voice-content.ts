/** What the measured voice agents say and can do: the same for the baseline and the product. */
export const CREDENTIALS = ['bench', 'a-password-of-the-bench'] as const;
export const SWAIG_SECRET = 'a secret that the bench shares with its agents';

export const SECTIONS = [
  'Role',
  'Goal',
  'Tone',
  'Opening hours',
  'Menu',
  'Allergies',
  'Reservations',
  'Groups',
  'Payment',
  'Directions',
  'Complaints',
  'Goodbye',
].map((title) => ({
  title,
  body: `${title}: be brief and friendly, never guess, and use a function whenever there is one for what the caller asks.`,
  bullets: ['Ask one question at a time.', 'Repeat numbers and dates.', 'Offer a person when the caller is unhappy.'],
}));

export const HINTS = Array.from({ length: 20 }, (_, n) => `dish number ${n}`);

export const PARAMS = { end_of_speech_timeout: 700, ai_volume: 3, attention_timeout: 10_000 };

export const FUNCTIONS = Array.from({ length: 10 }, (_, n) => ({
  name: `book_table_${n}`,
  description: 'Books a table for a number of people at a time, under a name.',
  parameters: {
    type: 'object',
    properties: {
      people: { type: 'integer', description: 'How many people' },
      time: { type: 'string', description: 'When, as an ISO date and time' },
      name: { type: 'string', description: 'Under which name' },
    },
    required: ['people', 'time'],
  },
})) as readonly {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}[];

export const ARGUMENTS = { people: 4, time: '2026-11-21T19:00:00', name: 'Miller' };
export const ANSWER = 'A table for 4 is booked.';
