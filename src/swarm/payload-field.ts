/**
 * A payload in an action's input: any JSON, as the schema of the agent or tool that it is for says. Here it is only bounded,
 * and held to what a store and a log can hold.
 */
import * as z from 'zod';
import { beyondBounds } from './rules/json-bounds.ts';

const BOUNDS = { depth: 32, nodes: 10_000, chars: 200_000 } as const;

export const payloadField = () =>
  z
    .unknown()
    .refine((value) => value !== undefined, 'is missing')
    .refine((value) => beyondBounds(value, BOUNDS) === null, 'is too large or too deep')
    .refine((value) => value === undefined || isWellFormed(value), 'has text that is not well-formed')
    .register(z.globalRegistry, { field: 'payload' } as never);

/** JSON writes a lone surrogate as an escape, so that only the escape shows it. */
const LONE = /\\ud[89a-f][0-9a-f]{2}/i;
const isWellFormed = (value: unknown): boolean => !LONE.test(JSON.stringify(value).replaceAll('\\\\', ''));
