import { AgentBase } from 'sallyport';

export class Concierge extends AgentBase {}
