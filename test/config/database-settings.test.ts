import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { crossFaults } from '../../src/config/cross-faults.ts';
import { toDatabase } from '../../src/config/fleet.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { sentenceOf } from '../../src/config/sentences.ts';

const example = parse(readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8')) as { databases: object[] };
const withSettings = (settings: object): unknown => ({ ...example, databases: [{ ...example.databases[0], ...settings }] });

/** What is wrong with a file whose one database has these settings. */
const faultsOf = (settings: object): string[] => {
  const parsed = fileSchema.safeParse(withSettings(settings), { error: sentenceOf });
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`);
  return crossFaults(parsed.data).map(({ path, message }) => `${path.replace('databases[0].', '')}: ${message}`);
};

test('every setting of a database is taken, with values as PostgreSQL and Kubernetes write them', () => {
  const settings = {
    storageClass: 'fast',
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    parameters: { max_connections: 200, work_mem: '16MB', jit: false, 'pg_stat_statements.track': 'all' },
    tls: { issuer: { kind: 'ClusterIssuer', name: 'postgres' } },
    sslMode: 'verify-full',
    streamingMode: 'Synchronous',
  };
  expect(faultsOf(settings)).toEqual([]);
  expect(toDatabase(fileSchema.parse(withSettings(settings)).databases[0]!)).toMatchObject({
    storageClass: 'fast',
    settings: {
      resources: settings.resources,
      parameters: { max_connections: '200', work_mem: '16MB', jit: 'off', 'pg_stat_statements.track': 'all' },
      tls: settings.tls,
      sslMode: 'verify-full',
      streamingMode: 'Synchronous',
    },
  });
});

test('a database without settings has none, so that a plan of before is the same', () => {
  expect(toDatabase(fileSchema.parse(withSettings({})).databases[0]!)).not.toHaveProperty('settings');
});

test.each([
  [{ sslMode: 'require' }, /^sslMode: is require, which needs certificates: write tls: \{ issuer: /],
  [{ sslMode: 'disable', tls: { issuer: { kind: 'Issuer', name: 'a' } } }, /^sslMode: is disable, and tls has an issuer: leave one of the two out$/],
  [
    { streamingMode: 'Synchronous', replicas: 1, placement: { 'demo-controller': [0] } },
    /^streamingMode: is Synchronous with one replica: .* write replicas: 3/,
  ],
  [{ streamingMode: 'sync' }, /^streamingMode: must be Asynchronous or Synchronous; did you mean Synchronous\?$/],
  [
    { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } },
    /^resources.limits.memory: is 1Gi, less than the 2Gi that are requested/,
  ],
  [{ resources: { requests: { cpu: '1500m' }, limits: { cpu: '1' } } }, /^resources.limits.cpu: is 1, less than the 1500m/],
  [{ resources: { requests: { cpu: 2 } } }, /^resources.requests.cpu: is a number; quote it: "2"$/],
  [{ resources: { requests: { memory: '1 GB' } } }, /^resources.requests.memory: must be a quantity such as 10Gi$/],
  [
    { parameters: { synchronous_standby_names: '*' } },
    /^parameters.synchronous_standby_names: is set by KubeDB: write streamingMode: Synchronous instead$/,
  ],
  [{ parameters: { ssl_cert_file: 'x' } }, /^parameters.ssl_cert_file: is set by KubeDB: write tls and sslMode instead$/],
  [{ parameters: { archive_mode: 'off' } }, /^parameters.archive_mode: is set by KubeDB: /],
  [{ parameters: { 'Max Connections': 1 } }, /^parameters.Max Connections: must be the name of a parameter of PostgreSQL, in lower case/],
  [{ parameters: { log_line_prefix: 'a\nport = 1' } }, /^parameters.log_line_prefix: /],
  [{ tls: { issuer: { kind: 'Vault', name: 'a' } } }, /^tls.issuer.kind: must be Issuer or ClusterIssuer$/],
])('%j is a fault at its field that says what to write', (settings, sentence) => {
  const faults = faultsOf(settings);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(sentence);
});
