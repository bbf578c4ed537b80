/** Names of the tags that a mail bears at Resend and that its webhooks bring back. */
export const MESSAGE_TAG = 'message';
export const AGENT_TAG = 'agent';
