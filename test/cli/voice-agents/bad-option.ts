import { AgentBase } from 'sallyport';

export const agent = new AgentBase({ name: 'front-desk', route: 'what is this' });
