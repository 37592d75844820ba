import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { botEnvironment, readEnvironment, workerEnvironment } from '../../src/config/environment.ts';
import { faultText, type Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';

const example = readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8');

const faultsOf = (text: Uint8Array | string): string[] => {
  const faults: Fault[] = [];
  parse(text, faults);
  return faults.map(faultText);
};
/** The example with one piece of it replaced. */
const changed = (piece: string, by: string): string => {
  expect(example).toContain(piece);
  return example.replace(piece, by);
};
describe('a value that no setting has is refused with what to write', () => {
  const API = 'https://10.250.0.10:6443';
  test.each<readonly [string, string, RegExp]>([
    [API, 'https://user:pw@10.250.0.10:6443', /^hub\.apiServer: must have no user or password in front of the host \(pgdist\.yaml, line 5\)$/],
    [API, 'https://@10.250.0.10:6443', /must have no user or password/],
    [API, 'http://10.250.0.10:6443', /must be an https URL, such as/],
    [API, 'https://10.250.0.10:6443?a=b', /must end before any "\?" or "#"/],
    [API, '"https://10.250.0.10:6443#a"', /must end before any/],
    [API, 'https://127.0.0.1:6443', /must have a host that others reach: this one means the machine itself/],
    [API, 'https://2130706433:6443', /means the machine itself/],
    [API, 'https://[::1]:6443', /means the machine itself/],
    [API, 'https://localhost', /means the machine itself/],
    [API, 'https://169.254.169.254', /means the machine itself/],
    [API, '"https://a b"', /^hub\.apiServer: must be/],
    [API, 'https://-', /name or address of a host/],
    [API, 'https://a:0', /must not have port 0/],
    [API, '"https:\\\\\\\\a"', /^hub\.apiServer: must be/],
    ['10.1.0.0/16', '10.999.0.0/16', /must be a private \/16 such as 10\.1\.0\.0\/16; 999 is more than 255/],
    ['10.1.0.0/16', '10.1.4.0/16', /; 10\.1\.0\.0\/16 is the network that this address is in/],
    ['10.1.0.0/16', '10.1.0.0/24', /; its length is \/24/],
    ['10.1.0.0/16', '8.8.0.0/16', /; private are 10\.0\.0\.0\/8/],
    ['10.1.0.0/16', '10.01.0.0/16', /must be a private \/16/],
    ['fleet: demo', 'fleet: Demo', /^fleet: must be lower-case letters/],
    ['fleet: demo', `fleet: ${'a'.repeat(64)}`, /must have 63 characters at most/],
    ['fleet: demo', 'fleet: -a', /with a letter or digit at both ends/],
    ['fleet: demo', 'fleet: 7', /must be text, not a number; put it in quotes/],
    ['fleet: demo', 'fleet:', /^fleet: is empty: text is needed/],
    [
      '- name: demo-worker\n    storageClass: local-path',
      '- name: demo-worker\n    storageClass: "a b"',
      /^clusters\[1\]\.storageClass: must be lower-case/,
    ],
    [
      '- name: demo-worker',
      '- name: demo-worker\n    context: --kubeconfig=/etc/x',
      /^clusters\[1\]\.context: must be one line of text that begins neither with "-"/,
    ],
    [
      '- name: demo-worker',
      '- name: demo-worker\n    context: demo-controller',
      /^clusters\[1\]\.context: demo-controller is the context of another cluster, too/,
    ],
    ['- name: demo-worker', '- name: demo-worker\n    gateway: {interface: "eth0;reboot"}', /must be the name of a network interface/],
    ['chart: charts/kubedb', 'chart: --post-renderer=/bin/sh', /^kubedb\.chart: must be one line of text that begins neither with "-"/],
    ['chart: charts/kubedb', 'chart: oci://user:pw@host/chart', /^kubedb\.chart: must be a path, or a URL with oci/],
    ['chart: charts/kubedb', 'chart: file:///etc/passwd', /^kubedb\.chart: must be a path, or a URL with oci/],
    ['chart: charts/kubedb', 'version: ^1.2', /^kubedb\.version: must be one version in full/],
    ['"17.2"', '17', /^databases\[0\]\.version: is a number; quote it: "17" \(pgdist\.yaml, line 23\)$/],
    ['"17.2"', '17.10', /is a number; quote it: "17\.1", or "17\.10" if that was written/],
    ['"17.2"', '"17 2"', /must be the name of a PostgresVersion of KubeDB/],
    ['2Gi', '2', /^databases\[0\]\.storage: is a number without a unit; write a quantity such as 10Gi/],
    ['2Gi', '2GB', /must be a quantity such as 10Gi/],
    ['2Gi', `${'9'.repeat(100)}Gi`, /must be a quantity such as 10Gi/],
    ['replicas: 3', 'replicas: 3.5', /^databases\[0\]\.replicas: must be a whole number, not a fraction/],
    ['replicas: 3', 'replicas: "3"', /is text; write it without quotes: 3/],
    ['replicas: 3', 'replicas: 16', /must be 15 or less/],
    ['demo-worker: [1]', 'demo-worker: [999999999]', /^databases\[0\]\.placement\.demo-worker\[0\]: must be 14 or less/],
    ['demo-worker: [1]', 'demo-worker: [1, 1]', /replica index 1 is placed 2 times/],
    ['C0DATABASES', '"#databases"', /^slack\.channels\[0\]: must be the id of a channel \(C…\): it stands at the end of the details/],
    ['C0DATABASES', 'D0ALICE', /must be the id of a channel/],
    ['C0DATABASES', 'C0DATABASES, C0DATABASES', /^slack\.channels\[1\]: is there twice/],
    ['[U0ALICE, U0BOB]', '["@alice", U0BOB]', /^slack\.approvers\[0\]: must be the id of a user \(U…\)/],
    ['[U0ALICE, U0BOB]', '[U0ALICE, U0ALICE, U0BOB]', /^slack\.approvers\[1\]: is there twice/],
    [
      '[U0ALICE, U0BOB]',
      '[U0ALICE]',
      /^slack\.approvers: U0ALICE is the only one, and nobody may approve their own request, .*add an approver or set requesterMayApprove: true/,
    ],
    ['[U0ALICE, U0BOB]', 'U0ALICE', /^slack\.approvers: must be a list, not text/],
    ['[U0ALICE, U0BOB]', '[]', /^slack\.approvers: must have at least 1 entry/],
    ['  approvers:', '  aprovers:', /^slack\.aprovers: is not a setting of pgdist; did you mean `approvers`\? \(pgdist\.yaml, line 31\)/m],
    ['hub:', 'Hub:', /^Hub: is not a setting of pgdist; did you mean `hub`\?/m],
    ['    replicas: 3', '    replica: 3', /^databases\[0\]\.replica: is not a setting of pgdist; did you mean `replicas`\?/m],
    ['    replicas: 3', '    replicas: 3\n    "\\e[2J": x', /^databases\[0\]\. \[2J: is not a setting of pgdist/m],
    ['slack:', 'approvalTimeoutMinutes: 30m\nslack:', /^approvalTimeoutMinutes: must be a whole number of minutes without a unit, 1 to 1440/],
    ['slack:', 'probeImage: "busybox; rm"\nslack:', /^probeImage: must be the reference of an image/],
    ['slack:', 'probeImage: --privileged\nslack:', /^probeImage: must be the reference of an image/],
    ['subnet: 10', 'maxClusters: 1\n    subnet: 10', /^kubeslice\.slice\.maxClusters: must be 2 or more/],
    ['licenceFile: kubedb', 'licenceFile: -kubedb', /^kubedb\.licenceFile: must be one line of text/],
  ])('%j → %j', (piece, by, sentence) => {
    expect(faultsOf(changed(piece, by)).join('\n')).toMatch(sentence);
  });

  test('one approver is enough where the requester may approve', () => {
    expect(faultsOf(changed('[U0ALICE, U0BOB]', '[U0ALICE]\n  requesterMayApprove: true'))).toEqual([]);
  });

  test('of 10 000 faults 50 are told', () => {
    expect(
      faultsOf(`${example.slice(0, example.indexOf('slack:'))}slack: {channels: [${'x,'.repeat(3_000)}], approvers: []}\n`).length,
    ).toBeLessThanOrEqual(51);
  });
});

describe('an environment variable is refused without its value', () => {
  const good: NodeJS.ProcessEnv = {
    REDIS_URL: 'redis://:password@127.0.0.1:6379/1',
    SLACK_BOT_TOKEN: `xoxb-${randomUUID()}`,
    SLACK_APP_TOKEN: `xapp-1-${randomUUID()}`,
    SLACK_API_URL: 'https://slack.com/api/',
    PORT: '3000',
    KUBECONFIG: '/etc/kubeconfig',
  };
  const told = (change: NodeJS.ProcessEnv): string[] => {
    const faults: Fault[] = [];
    readEnvironment(botEnvironment, { ...good, ...change }, faults);
    readEnvironment(workerEnvironment, { ...good, ...change }, faults);
    return faults.map(faultText);
  };

  test('the good ones are taken', () => expect(told({})).toEqual([]));

  test.each<readonly [string, string | undefined, RegExp]>([
    ['REDIS_URL', undefined, /is not set: must be a URL such as redis:/],
    ['REDIS_URL', 'http://s3cret@host', /must be a URL such as redis:/],
    ['REDIS_URL', 'redis://', /must be a URL such as redis:/],
    ['REDIS_URL', 'redis://s3cret @host', /must be a URL such as redis:/],
    ['REDIS_URL', 's3cret:6379', /must be a URL such as redis:/],
    ['SLACK_API_URL', 'http://s3cret.example/api/', /must be https: tokens go there/],
    ['SLACK_API_URL', 'https://u:s3cret@slack.com/api/', /must have no user or password/],
    ['SLACK_API_URL', 'ftp://s3cret', /must be a URL such as https/],
    ...['0', '65536', '-1', '3000.5', '0x50', 's3cret', '', ' 80'].map((port) => ['PORT', port, /must be a port number, 1 to 65535/] as const),
    ['HEALTH_PORT', '99999', /must be a port number, 1 to 65535/],
    ['SLACK_BOT_TOKEN', 'xapp-s3cret', /holds an app-level token, which belongs into SLACK_APP_TOKEN; it must be the bot token/],
    ['SLACK_BOT_TOKEN', 'xoxp-s3cret', /holds the token of a user/],
    ['SLACK_BOT_TOKEN', 's3cret', /must be the bot token of the Slack app, which begins with xoxb-/],
    ['SLACK_BOT_TOKEN', 'xoxb-s3cret\n', /holds a space or an end of line/],
    ['SLACK_BOT_TOKEN', '', /is empty/],
    ['SLACK_APP_TOKEN', 'xoxb-s3cret', /holds a bot token, which belongs into SLACK_BOT_TOKEN/],
    ['SLACK_SIGNING_SECRET', 'xoxb-s3cret', /holds a token; the signing secret stands under/],
    ['SLACK_SIGNING_SECRET', 's3cret\n', /begins or ends with a space or an end of line/],
    ['LOG_LEVEL', 's3cret', /must be trace, debug, info, warn, error or silent/],
    ['PGDIST_PREFIX', 's3cret:*', /must be lower-case letters/],
  ])('%s=%j', (name, value, sentence) => {
    const faults = told({ [name]: value });
    expect(faults[0]).toMatch(new RegExp(`^${name}: `));
    expect(faults[0]).toMatch(sentence);
    expect(faults.join()).not.toContain('s3cret');
  });
});
