/**
 * `sallyport compliance explain`: may this number be contacted, rule by rule. Asks the server, which knows consent, opt-outs
 * and what was sent before; without a server or a token it tells the law alone, and says so. Exit code 0: allowed, 1: refused.
 */
import { type Command, Option } from 'commander';
import { explanationAnswer, explanationView } from '../../comms/actions/explain-compliance.ts';
import { namedContact } from '../../comms/contact.ts';
import type { ContactPlace } from '../../comms/facts.ts';
import { PURPOSES } from '../../comms/message.ts';
import { ADDRESS_PROBLEMS } from '../../comms/rules/address.ts';
import { zoneName } from '../../comms/rules/place.ts';
import type { CatalogueEntry } from '../../guard/catalogue.ts';
import { paintFor } from '../../main/paint.ts';
import { StartError } from '../../main/start-error.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { formatFor, type OutputFormat, withOutput } from '../output-format.ts';
import { renderJson } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { explanationText } from './explanation-text.ts';

interface Options extends ConnectionOptions {
  readonly channel?: string;
  readonly purpose?: string;
  readonly at?: string;
  readonly record?: boolean;
  readonly zone?: string;
  readonly agentId?: string;
  readonly organizationId?: string;
  readonly offline?: boolean;
  readonly output?: OutputFormat;
}

type Explained = ReturnType<typeof explanationAnswer>;

export function explainCommand(command: Command, shell: Shell, entry: CatalogueEntry): Command {
  command
    .description('Tells whether a number or mail address may be contacted, and by which law or record not.')
    .argument('<contact>', 'a phone number in international form, or a mail address')
    .addOption(new Option('--channel <channel>', 'default: email for a mail address, else sms').choices([...CHANNELS]))
    .addOption(new Option('--purpose <purpose>', 'default: transactional').choices([...PURPOSES]))
    .option('--at <time>', 'such as 2026-11-20T19:00:00Z (default: now)')
    .option('--record', 'a call that would be recorded')
    .option('--agent-id <agent>', 'whose consent counts; an agent’s token implies its own')
    .option('--organization-id <organization>', 'for the orchestrator')
    .option('--zone <zone>', 'what if the contact lived in this time zone; asks no server')
    .option('--offline', 'the law alone; asks no server');
  withConnection(command);
  withOutput(command);
  return command.action(async (contact: string) => {
    const { zone, offline, output, url, tokenFile, ...given } = command.opts<Options>();
    const input = { contact, ...given };
    const parsed = entry.schema.safeParse(input);
    if (!parsed.success)
      throw misused(...parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
    const alone = offline === true || zone !== undefined ? '' : null;
    const { explained, by, server } = await answered(alone, { url, tokenFile }, entry, input, () =>
      lawAlone(input, zone, shell.clock.now()),
    );
    const format = formatFor(output, shell.out);
    if (format === 'json') say(shell.out, renderJson({ askedServer: server, ...explained }));
    else say(shell.out, explanationText(explained, by, paintFor(shell.out)));
    if (explained.verdict === 'deny') throw new CommandFailure(1, []);
  });
}

interface Answered {
  readonly explained: Explained;
  readonly by: string;
  readonly server: string | null;
}

const LAW_ALONE = 'Asked no server: the law alone. Only a server knows consent, opt-outs and what was sent before.';

/** @param alone why no server is asked; null: one is, if there is one. */
async function answered(
  alone: string | null,
  { url, tokenFile }: { readonly url: string | undefined; readonly tokenFile: string | undefined },
  entry: CatalogueEntry,
  input: object,
  offline: () => Explained,
): Promise<Answered> {
  const without = (why: string) => ({ explained: offline(), by: `${why}${LAW_ALONE}`, server: null });
  if (alone !== null) return without(alone);
  const named = url !== undefined || tokenFile !== undefined;
  const options = { ...(url === undefined ? {} : { url }), ...(tokenFile === undefined ? {} : { tokenFile }) };
  try {
    using client = connect(options);
    const explained = explanationView.parse(await ask(client, entry.path, input));
    return { explained, by: `Asked the server at ${client.url}.`, server: client.url };
  } catch (failure) {
    // whoever named a server wants its answer
    if (named) throw failure;
    if (failure instanceof StartError) return without('There is no token to ask a server with. ');
    if (failure instanceof CommandFailure && failure.exitCode === 2) return without('No server answers. ');
    throw failure;
  }
}

function lawAlone(
  { contact, channel, purpose = 'transactional', at, record = false }: Options & { readonly contact: string },
  zone: string | undefined,
  now: number,
): Explained {
  const on = CHANNELS.find((one) => one === channel) ?? (contact.includes('@') ? 'email' : 'sms');
  const address = namedContact({ contact, channel: on });
  if (!address.ok) throw misused(ADDRESS_PROBLEMS[address.error]);
  const contacting = {
    to: address.value,
    channel: on,
    purpose: PURPOSES.find((one) => one === purpose) ?? 'transactional',
    record,
  };
  const question = { contacting, said: assumedPlace(zone, now), at: at === undefined ? now : Date.parse(at) };
  return explanationAnswer(question, { suppressions: null, relationship: null, caps: null });
}

function assumedPlace(zone: string | undefined, at: number): ContactPlace | null {
  if (zone === undefined) return null;
  const known = zoneName(zone);
  if (known === null)
    throw misused(`--zone: ${zone} is no IANA time zone that people live in, such as America/New_York.`);
  return { zone: known, country: null, region: null, at };
}
