/**
 * The product in production: `comms_send_message` as `guarded` sends it, but carried over HTTP to Twilio's double, which runs
 * in a process of its own and takes 50 ms for an answer. 200 agents in four organisations: one gets half of the places in
 * flight at most.
 */
import { listening, start } from '../child.ts';
import { agentsOf, provision } from '../production/provision.ts';
import { serveHouse } from '../served-house.ts';
import { reportListening } from '../target-process.ts';

const LATENCY_MS = 50;
const SIZE = { organizations: 4, agentsEach: 50, contactsEach: 2 };

const twilio = start('production/twilio-process.ts', [LATENCY_MS, agentsOf(SIZE)].map(String));
process.on('exit', () => twilio.kill());
const url = `http://127.0.0.1:${(await listening(twilio)).port}`;

const { port, act } = await serveHouse({ TWILIO_API_URL: url, TWILIO_MESSAGING_URL: url });
reportListening(port, await provision(act, SIZE));
