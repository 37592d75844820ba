import type { DatabaseSettings } from '../../domain/database.ts';

/** The one key that KubeDB takes of spec.configuration.inline. */
export const CONFIGURATION_KEY = 'user.conf';
export const SERVER_CONTAINER = 'postgres';
const ISSUER_GROUP = 'cert-manager.io';

/** What settings add to spec of a Postgres, beside its podTemplate. */
export const settingsSpec = ({ parameters, tls, sslMode, streamingMode }: DatabaseSettings): Record<string, unknown> => ({
  ...(parameters === undefined ? {} : { configuration: { inline: { [CONFIGURATION_KEY]: parametersText(parameters) } } }),
  ...(tls === undefined ? {} : { tls: { issuerRef: { apiGroup: ISSUER_GROUP, ...tls.issuer } } }),
  ...(sslMode === undefined ? {} : { sslMode }),
  ...(streamingMode === undefined ? {} : { streamingMode }),
});

/** What they add to spec.podTemplate.spec. */
export const containersOf = ({ resources }: DatabaseSettings): Record<string, unknown> =>
  resources === undefined ? {} : { containers: [{ name: SERVER_CONTAINER, resources }] };

/** Lines of a postgresql.conf: every value may stand between quotes, in which a quote and a backslash are doubled. */
export const parametersText = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} = '${value.replaceAll(/['\\]/g, '$&$&')}'\n`)
    .join('');
