import { AgentBase } from 'sallyport';

export const agent = new AgentBase({ name: 'late' });
void Promise.reject(new Error('nobody waited for this'));
await new Promise((resolve) => setImmediate(resolve));
