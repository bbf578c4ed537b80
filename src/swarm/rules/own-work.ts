/** What an agent at work does by being at work, and not by a tool: it thinks, asks peers, answers, says that it failed. */
export const OWN_WORK: ReadonlySet<string> = new Set([
  'swarm.think',
  'swarm.call_peer',
  'swarm.answer',
  'swarm.report_error',
]);
