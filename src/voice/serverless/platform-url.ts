/** The public address of a function, as its platform makes them. From what is given, then from the platform's own variables. */
import type { Environment } from '../../kernel/setting.ts';
import { ConfigurationError } from '../configuration-error.ts';

export interface UrlParts {
  readonly region?: string;
  readonly projectId?: string;
  readonly functionName?: string;
  readonly stage?: string;
  readonly apiId?: string;
}

export type Platform = 'lambda' | 'gcf' | 'azure' | 'cgi';

/** @throws ConfigurationError that names what is missing: a guessed address would send calls to somebody else. */
export const platformUrl = (platform: Platform, given: UrlParts, environment: Environment): string =>
  URLS[platform](given, (...names) => names.map((name) => environment[name]).find((value) => value)).replace(
    /\/+$/,
    '',
  );

type Lookup = (...names: string[]) => string | undefined;

const URLS: Readonly<Record<Platform, (given: UrlParts, look: Lookup) => string>> = {
  lambda({ region, apiId, stage = 'prod' }, look) {
    const at = region ?? look('AWS_REGION', 'AWS_DEFAULT_REGION');
    if (apiId === undefined) return need(look('AWS_LAMBDA_FUNCTION_URL'), 'apiId, or AWS_LAMBDA_FUNCTION_URL');
    const path = stage === '$default' ? '' : `/${stage}`;
    return `https://${apiId}.execute-api.${need(at, 'region, or AWS_REGION')}.amazonaws.com${path}`;
  },
  gcf({ region, projectId, functionName }, look) {
    const at = need(region ?? look('FUNCTION_REGION', 'GOOGLE_CLOUD_REGION'), 'region, or FUNCTION_REGION');
    const project = need(
      projectId ?? look('GOOGLE_CLOUD_PROJECT', 'GCP_PROJECT', 'GCLOUD_PROJECT'),
      'projectId, or GOOGLE_CLOUD_PROJECT',
    );
    const name = need(
      functionName ?? look('K_SERVICE', 'FUNCTION_NAME', 'FUNCTION_TARGET'),
      'functionName, or K_SERVICE',
    );
    return `https://${at}-${project}.cloudfunctions.net/${name}`;
  },
  azure({ projectId, functionName }, look) {
    const host = look('WEBSITE_HOSTNAME');
    const app = projectId ?? look('WEBSITE_SITE_NAME', 'AZURE_FUNCTIONS_APP_NAME');
    const origin =
      projectId === undefined && host !== undefined
        ? host
        : `${need(app, 'projectId, or WEBSITE_HOSTNAME')}.azurewebsites.net`;
    const name = functionName ?? look('AZURE_FUNCTION_NAME');
    return `https://${origin}/api${name === undefined ? '' : `/${name}`}`;
  },
  cgi(_, look) {
    const scheme = /^(?:on|1|true|yes)$/i.test(look('HTTPS') ?? '') ? 'https' : 'http';
    return `${scheme}://${need(look('HTTP_HOST', 'SERVER_NAME'), 'HTTP_HOST')}${look('SCRIPT_NAME') ?? ''}`;
  },
};

function need(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new ConfigurationError(`The address can't be told: give ${what}.`);
  return value;
}
