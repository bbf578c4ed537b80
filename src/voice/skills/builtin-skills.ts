/** The skills that come with the SDK. */
import { DateTimeSkill } from './builtin/date-time-skill.ts';
import { FaqSkill } from './builtin/faq-skill.ts';
import { InfoGathererSkill } from './builtin/info-gatherer-skill.ts';
import { MathSkill } from './builtin/math-skill.ts';
import { TransferSkill } from './builtin/transfer-skill.ts';
import { WebFetchSkill } from './builtin/web-fetch-skill.ts';

export const BUILTIN_SKILLS = [DateTimeSkill, MathSkill, WebFetchSkill, TransferSkill, FaqSkill, InfoGathererSkill];
