/**
 * `docs/configuration.md`, `docs/voice-configuration.md` and `.env.example`, rendered from the settings' tables; written by
 * `scripts/generate-docs.ts`.
 */
import type { Setting } from '../kernel/setting.ts';
import { VOICE_SETTINGS } from '../voice/settings.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { SETTINGS } from './settings-schema.ts';

const ROWS: readonly Setting<unknown>[] = Object.values(SETTINGS);

const defaultOf = (setting: Setting<unknown>): string =>
  setting.fallbackSays ?? (Array.isArray(setting.fallback) ? 'none' : `\`${setting.fallback}\``);

const kindOf = ({ kind, unit }: Setting<unknown>): string => (unit === undefined ? kind.is : `${kind.is} (${unit})`);

const table = (settings: readonly Setting<unknown>[]): string =>
  settings
    .map((setting) => {
      const older = setting.olderName === undefined ? '' : ` The older name \`${setting.olderName}\` works too.`;
      const secret = setting.secret ? ' **Secret.**' : '';
      return `| \`${setting.name}\` | ${setting.says}${older}${secret} | ${kindOf(setting)} | ${defaultOf(setting)} |`;
    })
    .join('\n');

export function configurationMarkdown(): string {
  return `# Configuration

<!-- Generated from src/main/settings-schema.ts by scripts/generate-docs.ts: do not edit. -->

Settings are environment variables, read once at start. A value that is empty, malformed or contradicts another one stops
the start with a sentence that says what to do, and exit code 2. Values of secret settings are never printed.

| name | what it is for | value | default |
|---|---|---|---|
${table(ROWS)}

## Commands that talk to a server

| name | what it is for | value | default |
|---|---|---|---|
${table(Object.values<Setting<unknown>>(CLIENT_SETTINGS))}
`;
}

export function voiceConfigurationMarkdown(): string {
  return `# Configuration of voice agents

<!-- Generated from src/voice/settings.ts by scripts/generate-docs.ts: do not edit. -->

Settings are environment variables, read when an agent is made; an option of its constructor goes before the variable of the
same meaning. A value that is empty, malformed or contradicts another one is a \`ConfigurationError\` with a sentence that says
what to do. Values of secret settings are never printed.

| name | what it is for | value | default |
|---|---|---|---|
${table(Object.values<Setting<unknown>>(VOICE_SETTINGS))}
`;
}

export function envExample(): string {
  const blocks = ROWS.map((setting) => {
    const known = setting.fallback === null || Array.isArray(setting.fallback) ? '' : String(setting.fallback);
    return `# ${setting.says}\n# ${kindOf(setting)}; default: ${defaultOf(setting).replaceAll('`', '')}\n# ${setting.name}=${known}\n`;
  });
  return `# Generated from src/main/settings-schema.ts by scripts/generate-docs.ts: do not edit.
# Copy to .env and remove the # of what you set: npm start reads the environment, for instance by node --env-file=.env.

${blocks.join('\n')}`;
}
