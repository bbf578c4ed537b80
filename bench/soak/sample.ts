/** How a server is, at a moment of the soak. */
import { DatabaseSync } from 'node:sqlite';
import type { TwilioUsage } from '../messages.ts';
import type { Product } from './product.ts';
import type { Sent } from './sender.ts';

export interface Sample extends Sent {
  /** Since the load began. */
  readonly minute: number;
  readonly rssMb: number;
  readonly heapUsedMb: number;
  readonly heapTotalMb: number;
  readonly externalMb: number;
  /** Since the last sample. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Of the server since its start. */
  readonly cpuSeconds: number;
  readonly handles: number;
  readonly databaseMb: number;
  /** Of actions, since the server's start, that were not done. */
  readonly refused: number;
  readonly faults: number;
  readonly undone: Readonly<Record<string, number>>;
  /** Warnings and errors in the server's log. */
  readonly complaints: number;
  readonly twilio: TwilioUsage;
}

export interface Sampled {
  readonly product: Product;
  readonly sent: Sent;
  readonly twilio: TwilioUsage;
}

const MB = 1e6;

export async function take(minute: number, { product, sent, twilio }: Sampled): Promise<Sample> {
  const metric = await product.metrics();
  const rounded = (value: number) => Math.round(value * 100) / 100;
  const outcomes = (outcome: string) => metric('sallyport_actions_total', `outcome="${outcome}"`) || 0;
  return {
    minute: rounded(minute),
    ...sent,
    p50Ms: rounded(sent.p50Ms),
    p99Ms: rounded(sent.p99Ms),
    maxMs: rounded(sent.maxMs),
    rssMb: rounded(metric('process_resident_memory_bytes') / MB),
    heapUsedMb: rounded(metric('nodejs_heap_size_used_bytes') / MB),
    heapTotalMb: rounded(metric('nodejs_heap_size_total_bytes') / MB),
    externalMb: rounded(metric('nodejs_external_memory_bytes') / MB),
    loopP99Ms: rounded(metric('nodejs_eventloop_lag_p99_seconds') * 1000),
    loopMaxMs: rounded(metric('nodejs_eventloop_lag_max_seconds') * 1000),
    cpuSeconds: rounded(metric('process_cpu_seconds_total')),
    handles: metric('nodejs_active_resources_total'),
    databaseMb: rounded(product.databaseBytes() / MB),
    refused: outcomes('refused'),
    faults: outcomes('fault') + outcomes('failed'),
    undone: await product.undone(),
    complaints: product.complained(),
    twilio,
  };
}

/** Of a database that nobody has open any more. */
export function rowsPerTable(folder: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(`${folder}/sallyport.db`, { readOnly: true });
  try {
    const asked = database.prepare('select count(*) as n from message where ask_at is not null').get()?.['n'];
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
    const rows = tables.map(({ name }) => [name, database.prepare(`select count(*) as n from "${name}"`).get()?.['n']]);
    return Object.fromEntries([...rows, ['messages to ask about', asked]]) as Record<string, number>;
  } finally {
    database.close();
  }
}
