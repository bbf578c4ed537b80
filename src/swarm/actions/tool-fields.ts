/** The fields that the actions on tools and secrets share. */
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import { NAME } from '../config/schema.ts';

export const nameField = () =>
  field.code(48).regex(NAME, 'must be lower-case letters, digits, _ and -, and begin with a letter');

/** Of nothing: SHA-256 of the empty text. */
const EXAMPLE_HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

export const hashField = () =>
  field
    .code(43)
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be a hash that swarm_list_tools shows')
    .meta({ examples: [EXAMPLE_HASH] });

export const pinnedView = z.array(z.object({ tool: z.string(), hash: z.string() }));
