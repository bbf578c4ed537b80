/**
 * The peer of a request that came over no socket of ours: a serverless platform calls us with an event and says in it who was
 * connected. Said beside the request, by the code that made it, and not in a header, which every client could write.
 */
const vouched = new WeakMap<Request, string>();

/** @param address as the platform spells it. */
export function vouchForClient(request: Request, address: string): void {
  vouched.set(request, address);
}

export const vouchedClient = (request: Request): string | undefined => vouched.get(request);
