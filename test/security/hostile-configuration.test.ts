import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { botEnvironment, readEnvironment, workerEnvironment } from '../../src/config/environment.ts';
import { ConfigurationError, faultText, type Fault } from '../../src/config/faults.ts';
import { parse, readConfigFile } from '../../src/config/file.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';

const example = readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pgdist-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
const levels = (count: number): string => `fleet: ${'['.repeat(count)}${']'.repeat(count)}`;
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefgh'[index]}, `.repeat(9)}]`),
].join('\n');

describe('a file that is not plain YAML is refused with its line', () => {
  test.each<readonly [string, Uint8Array | string, RegExp]>([
    ['an alias bomb', bomb, /^d\[\d\]: aliases .* come to more than 1000 values; write them out \(pgdist\.yaml, line 4\)/],
    [
      'an alias of nothing',
      changed('fleet: demo', 'fleet: *nowhere'),
      /^fleet: \*nowhere refers to nothing: there is no &nowhere above it \(pgdist\.yaml, line 2\)$/,
    ],
    ['an alias inside what it refers to', changed('fleet: demo', 'fleet: &all [*all]'), /^fleet\[0\]: \*all stands inside what it refers to/],
    ['a key that is there twice', `${example}fleet: other\n`, /^fleet: is there twice \(pgdist\.yaml, line 32\)$/],
    [
      'a key that is there twice in brackets',
      changed('storageClass: local-path\n  - name', 'gateway: {node: a, node: b}\n  - name'),
      /^clusters\[0\]\.gateway\.node: is there twice/,
    ],
    [
      'a merge key',
      `${example}redis:\n  <<: {requirePersistence: false}\n`,
      /^redis: merges with `<<`, which is not taken; write the keys out \(pgdist\.yaml, line 33\)$/,
    ],
    ['a tag for code', changed('fleet: demo', 'fleet: !!js/function "x"'), /has a tag that is not known here; remove the tag .*line 2/],
    ['a tag of its own', changed('fleet: demo', 'fleet: !secret x'), /has a tag that is not known here/],
    ['a tag for bytes', changed('fleet: demo', 'fleet: !!binary ZGVtbw=='), /^fleet: has the tag .*binary, which is not known here; remove it/],
    [
      'a key that is a number',
      changed('demo-worker: [1]', '7: [1]'),
      /^databases\[0\]\.placement: has the key 7, a number: put it in quotes \(pgdist\.yaml, line 28\)$/,
    ],
    ['a key that is a list', `${example}? [a]\n: b\n`, /has a key that is no text/],
    ['a key without a name', `${example}: b\n`, /has a key that is no text/],
    ...['__proto__', 'constructor', 'prototype'].map(
      (key) => [`the key ${key}`, `${example}redis: {${key}: {}}\n`, new RegExp(`^redis: has the key ${key}, which is not taken`)] as const,
    ),
    ['100 000 levels', levels(100_000), /is larger than 64 KiB/],
    ['30 000 levels', levels(30_000), /nests more than 32 lists and mappings in one another \(pgdist\.yaml, line 1\)/],
    ['30 000 levels of dashes', '- '.repeat(30_000), /nests more than 32/],
    ['30 000 levels of question marks', '? '.repeat(30_000), /nests more than 32/],
    ['300 levels by indentation', Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), /nests more than 32/],
    ['30 000 words', Array.from({ length: 8_000 }, (_, key) => `${key.toString(36)}:`).join('\n'), /holds more than 20000 words/],
    ['a second document', `${example}---\nfleet: other\n`, /begins a second document; .* \(pgdist\.yaml, line 32\)/],
    ['an end and more', `${example}...\nfleet: other\n`, /begins a second document/],
    ['a directive', `%YAML 1.1\n---\n${example}`, /begins with `%`, a directive that is not taken/],
    ['a directive for tags', `%TAG ! tag:example.org,2026:\n---\n${example}`, /begins with `%`, a directive/],
    ['a NUL character', changed('demo-slice', 'demo\0slice'), /holds the control character U\+0000; remove it \(pgdist\.yaml, line 15\)/],
    ['an escape character', changed('demo-slice', '\u001B[2J'), /holds the control character U\+001B/],
    [
      'bytes that are no UTF-8',
      Buffer.from(`fleet: demo\nhub: \u00E9\n`, 'latin1'),
      /is not text in UTF-8; save the file as UTF-8 \(pgdist\.yaml, line 2\)/,
    ],
    ['UTF-16', Buffer.from(example, 'utf16le'), /is not text in UTF-8|control character/],
    [
      'a tab as indentation',
      changed('  cluster: demo-controller', '\tcluster: demo-controller'),
      /is indented with a tab; use spaces \(pgdist\.yaml, line 4\)/,
    ],
    ['an open quote', changed('local-path', '"local-path'), /lacks a character|is not YAML here|is indented otherwise/],
    ['a list', '- a\n', /^\(file\): must be a mapping of settings, not a list/],
    ['a text', 'pgdist', /^\(file\): must be a mapping of settings, not text/],
  ])('%s', (_, text, sentence) => {
    expect(faultsOf(text).join('\n')).toMatch(sentence);
  });

  test('an empty file is told what is missing', () => {
    expect(faultsOf('')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^fleet: is missing: text is needed/), expect.stringMatching(/^hub: is missing/)]),
    );
  });

  test.each([
    ['a byte order mark', `\uFEFF${example}`],
    ['line ends of Windows', example.replaceAll('\n', '\r\n')],
    [
      'one alias',
      example.replace('- name: demo-controller', '- name: &hub demo-controller').replace('demo-controller: [0, 2]', '"demo-controller": [0, 2]'),
    ],
    ['tags of plain types', changed('"17.2"', '!!str 17.2')],
  ])('%s is taken', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test.each(['[', '{a: ', '- ', '? ', '"', '\n', '&a ', '*a ', '!', '"\\', '|', '\t', ': ', '#\n', '---\n', '%\n', ',', '<<: '])(
    '%j without end is read or refused in a moment',
    (piece) => {
      const { user: from } = process.cpuUsage();
      faultsOf(piece.repeat(65_000 / piece.length));
      // Of the processor, not of the clock: other work goes on beside.
      expect((process.cpuUsage().user - from) / 1000).toBeLessThan(1_000);
    },
  );
});

describe('a file that cannot be read is named', () => {
  test('a folder, a device, a pipe, and a file of more than 64 KiB', () => {
    mkdirSync(join(folder, 'sub'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'big'), `fleet: ${'x'.repeat(70_000)}`);
    const sentences = ['sub', 'pipe', 'big', '/dev/zero', 'no\0where'].map((name) => {
      try {
        readConfigFile(name.startsWith('/') ? name : join(folder, name));
      } catch (error) {
        return error instanceof ConfigurationError ? error.message : String(error);
      }
      return 'read';
    });
    expect(sentences).toEqual([
      expect.stringMatching(/sub: is a folder, not a file$/),
      expect.stringMatching(/pipe: is not a plain file$/),
      expect.stringMatching(/big: is larger than 64 KiB/),
      '/dev/zero: is not a plain file',
      expect.stringMatching(/has a NUL character in its name$/),
    ]);
  });
});

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
    ['"17.2"', '17', /^databases\[0\]\.version: is a number; quote it: "17\.2" \(pgdist\.yaml, line 23\)$/],
    ['"17.2"', '17.10', /is a number; quote it: "17\.2"/],
    ['"17.2"', '"17 2"', /must be the name of a PostgresVersion of KubeDB/],
    ['2Gi', '2', /^databases\[0\]\.storage: must be text, not a number/],
    ['2Gi', '2GB', /must be a quantity such as 10Gi/],
    ['2Gi', `${'9'.repeat(100)}Gi`, /must be a quantity such as 10Gi/],
    ['replicas: 3', 'replicas: 3.5', /^databases\[0\]\.replicas: must be a whole number, not a fraction/],
    ['replicas: 3', 'replicas: "3"', /must be a number, not text/],
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

describe('a kubeconfig is read as carefully', () => {
  test.each<readonly [string, string, RegExp]>([
    ['an alias bomb', bomb, /come to more than 1000 values/],
    ['an alias of nothing', 'users: *x', /^kubeconfig given is not one: line 1, users \*x refers to nothing/],
    ['a key that is there twice', 'users: []\nusers: []', /line 2, users is there twice/],
    ['a tag for code', 'users: !!js/function "s3cret"', /has a tag that is not known here/],
    ['100 000 levels', levels(100_000), /nests more than 32/],
    ['a second document', 'users: []\n---\nusers: []', /begins a second document/],
    ['a NUL character', 'users: "s3cret\0"', /control character U\+0000/],
    [
      'a cluster without a server',
      'current-context: a\nclusters: [{name: s, cluster: {token: s3cret}}]',
      /clusters\.0\.cluster\.server is missing or of another kind/,
    ],
    ['a list', '[s3cret]', /it is no mapping/],
    ['a token on a broken line', 'users:\n- name: a\n  user: {token: "s3cret', /lacks a character/],
  ])('%s', (_, text, sentence) => {
    expect(() => loadKubeConfig({ text })).toThrow(sentence);
    expect(() => loadKubeConfig({ text })).not.toThrow(/s3cret/);
  });

  test('one of more than 4 MiB is refused before it is parsed', () => {
    expect(() => loadKubeConfig({ text: `a: ${'x'.repeat(5_000_000)}` })).toThrow(/is larger than 4096 KiB/);
  });
});
