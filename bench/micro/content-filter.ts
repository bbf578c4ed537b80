/** What reading a text message of 300 characters for threats, hate speech and profanity costs: an ordinary one, and one full of keys. */
import { inspectText } from '../../src/comms/content/inspect.ts';
import { type Micro, microsPerCall } from '../micro.ts';

const ORDINARY =
  'Hello Anna, your table for two is booked for tonight at half past seven. Please tell us by five if you cannot come, so that we can give it to somebody else. Parking is behind the house; the gate code is 4411. We look forward to seeing you. If you have an allergy, please reply to this message. See you.';
const TEMPTING =
  'You killed it! We will shoot you an email at 5 in the park, and they will kill the lights after. If you do not pay, we will cut off your electricity. Will the injection hurt? The bitch is due, and your pills will not kill you. I want to send pictures of your house, so show me. Damn it, I am dead tired.';

export const contentFilter: Micro = {
  name: 'content-filter',
  unit: 'µs',
  goal: { atMost: 60 },
  async run(note) {
    const ordinary = microsPerCall(() => inspectText(ORDINARY), 1_000);
    if (inspectText(ORDINARY).length > 0) throw new Error('the ordinary message should have passed');
    note(`ordinary ${ordinary.toFixed(1)} µs; the figure is a message full of words that rules look for`);
    return microsPerCall(() => inspectText(TEMPTING), 1_000);
  },
};
