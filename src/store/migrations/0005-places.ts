/** Where a contact lives, as a person has said it: sealed in the contact's own row, so that it ends with the person. */
import type { Ddl } from './ddl.ts';

export const places = (_: Ddl): readonly string[] => ['alter table contact add column place text'];
