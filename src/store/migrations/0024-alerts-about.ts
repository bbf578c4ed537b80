/** The thread and the person that an alert is about: by them it is told who may know of it. */
import type { Ddl } from './ddl.ts';

export const alertsAbout = (_: Ddl): readonly string[] => [
  'alter table alert add column thread text',
  'alter table alert add column person text',
];
