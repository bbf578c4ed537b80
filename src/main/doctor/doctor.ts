/**
 * `sallyport doctor`: what is wrong with a set-up, before it matters. Looks and changes nothing, whether a server runs on it
 * or not; a check that fails by itself is a finding, not the end of the others.
 */
import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Environment } from '../../kernel/setting.ts';
import { loadSettings, type Settings, SettingsError } from '../settings.ts';
import { type Check, type Finding, fail, fine, type Grade, type Surroundings, warn } from './check.ts';
import { databaseChecks } from './database-checks.ts';
import { FOLDER_CHECKS } from './folder-checks.ts';
import { MACHINE_CHECKS } from './machine-checks.ts';
import { type Answering, probe } from './server-probe.ts';
import { SETTINGS_CHECKS } from './settings-checks.ts';
import { TLS_CHECKS } from './tls-checks.ts';

export interface Examined extends Finding {
  readonly check: string;
}
export interface Examination {
  /** The worst of all. */
  readonly verdict: Grade;
  readonly checks: readonly Examined[];
}

const GRADES: readonly Grade[] = ['ok', 'warn', 'fail'];

/** @param environment the process's own unless given. */
export async function examine(clock: Clock = systemClock, environment?: Environment): Promise<Examination> {
  const { settings, findings } = read(environment);
  const checks: Examined[] = findings.map((finding) => ({ check: 'settings', ...finding }));
  if (settings !== null) {
    const around = surroundings(settings, clock);
    for (const check of [...MACHINE_CHECKS, ...FOLDER_CHECKS, ...databaseChecks(), ...TLS_CHECKS, ...SETTINGS_CHECKS]) {
      checks.push({ check: check.name, ...(await asked(check, settings, around)) });
    }
  }
  return { verdict: GRADES.findLast((grade) => checks.some(({ is }) => is === grade)) ?? 'ok', checks };
}

/** Nothing else can be judged by settings that a start would refuse. */
function read(environment: Environment | undefined): { settings: Settings | null; findings: readonly Finding[] } {
  try {
    return { settings: loadSettings(environment), findings: [fine('Each is valid, and none contradicts another.')] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return {
      settings: null,
      findings: error.problems.map((problem) =>
        fail(problem, 'The other checks wait for this; see docs/configuration.md.'),
      ),
    };
  }
}

function surroundings({ host, port, tlsCertFile }: Settings, clock: Clock): Surroundings {
  let asked: Promise<Answering> | undefined;
  return {
    clock,
    nodeVersion: process.versions.node,
    answering: () =>
      (asked ??= port === 0 ? Promise.resolve({ is: 'nobody' }) : probe(host, port, clock, tlsCertFile !== null)),
  };
}

async function asked(check: Check, settings: Settings, around: Surroundings): Promise<Finding> {
  try {
    return await check.run(settings, around);
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
    return warn(`It could not be found out${code}.`, 'Run this as the user that runs the server.');
  }
}
