/** Asking the platform about another call: dialling one, telling its AI something, taking it off hold. */
import { someText } from './option.ts';

type Data = Readonly<Record<string, unknown>>;

export interface RpcOptions {
  readonly method: string;
  readonly params?: Data;
  readonly callId?: string;
  readonly nodeId?: string;
}

/** @throws TypeError without a method. */
export const rpcVerb = ({ method, params = {}, callId, nodeId }: RpcOptions): Data => ({
  execute_rpc: {
    method: someText('method', method),
    call_id: callId,
    node_id: nodeId,
    params: Object.keys(params).length === 0 ? undefined : params,
  },
});

/** @param destSwml address of the script that the new call runs. */
export const dial = (toNumber: string, fromNumber: string, destSwml: string, deviceType: string): RpcOptions => ({
  method: 'dial',
  params: {
    devices: { type: deviceType, params: { to_number: toNumber, from_number: fromNumber } },
    dest_swml: destSwml,
  },
});

/** @throws TypeError with neither a message nor data. */
export function aiMessage(callId: string, text: string | null | undefined, role: string, data?: Data): RpcOptions {
  const isSilent = text === null || text === undefined || text === '';
  if (isSilent && Object.keys(data ?? {}).length === 0)
    throw new TypeError('A message to another call needs messageText, globalData or both.');
  return {
    method: 'ai_message',
    callId,
    params: { ...(!isSilent && { role, message_text: text }), ...(data !== undefined && { global_data: data }) },
  };
}
