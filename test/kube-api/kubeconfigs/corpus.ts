import type { Form, Group } from './form.ts';
import { ADDRESSES, AUTHORITIES, PROXIES } from './forms/clusters.ts';
import { LISTS, SYNTAX } from './forms/files.ts';
import { PLUGINS } from './forms/plugins.ts';
import { CERTIFICATES, IMPERSONATION, NOBODY, PROVIDERS, TOKENS } from './forms/users.ts';

export const GROUPS: readonly Group[] = [
  LISTS,
  SYNTAX,
  ADDRESSES,
  AUTHORITIES,
  PROXIES,
  TOKENS,
  CERTIFICATES,
  IMPERSONATION,
  NOBODY,
  PROVIDERS,
  PLUGINS,
];

/** What docs/requirements.md says under "Kubeconfigs". */
export const requirementsText = (): string =>
  [
    `${GROUPS.reduce((total, { forms }) => total + forms.length, 0)} forms, each tried on pgdist and on kubectl 1.35 with the same file. *Taken* means that the same arrives at the API server`,
    'from both: address, headers, certificate, server name, proxy. *Refused* means that nothing arrives from either, unless a reason is given, and what',
    'pgdist says holds these words. What a kubeconfig holds beyond that is ignored, as by kubectl.',
    '',
    'The kubeconfig and the files that it names are read again when they change, after a 401, and when no connection can be made; nothing has to be started',
    'again, and helm and clusteradm get what is current. Impersonation goes with every request, WebSocket and tool.',
    '',
    '`KUBECONFIG` has to be set, and is the only place that is looked into: neither `~/.kube/config` nor the ServiceAccount of the worker’s pod is taken by itself.',
    'For the latter write a kubeconfig with `tokenFile` and `certificate-authority` under `/var/run/secrets/kubernetes.io/serviceaccount`. A file has 4 MiB and',
    '500 000 words at most, and its aliases come to 1 000 values.',
    ...GROUPS.flatMap(({ heading, forms }) => [
      '',
      `### ${heading}`,
      '',
      'Taken:',
      '',
      ...forms.filter(({ refused }) => refused === undefined).map(({ title }) => `- ${title}`),
      ...refusals(forms.filter(({ refused }) => refused !== undefined)),
    ]),
    '',
  ].join('\n');

const refusals = (forms: readonly Form[]): string[] =>
  forms.length === 0
    ? []
    : [
        '',
        '| refused | pgdist says | kubectl |',
        '| --- | --- | --- |',
        ...forms.map(
          ({ title, refused = '', alone }) => `| ${cell(title)} | ${cell(refused)} | ${alone === undefined ? 'refuses it' : `takes it: ${alone}`} |`,
        ),
      ];

const cell = (text: string): string => text.replaceAll('|', '\\|');
