import { jsonSchema } from '../src/config/json-schema.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** docs/configuration.md: every setting of pgdist.yaml, in the order of the file, from the schema that checks it. */
export const configurationPage = (): string => `# Configuration

Every setting of \`pgdist.yaml\`, written by \`npm run configuration\` from the schema that checks it ([pgdist.schema.json](../pgdist.schema.json), with which
an editor completes the file). Every fault is listed at start with its path, its line and what to write. What comes from the environment (tokens, addresses,
\`KUBECONFIG\`) stands in the [README](../README.md#configuration), [a whole file](../examples/pgdist.yaml) beside the playground. Versions are texts: quote
them, YAML takes \`17.10\` for the number 17.1.

| setting | takes | default | |
| --- | --- | --- | --- |
${rowsOf(oneFleet(), '').join('\n')}

## Several fleets

One installation serves several hubs. Under \`fleets\` each entry has a \`name\` in the place of \`fleet\`, and all other settings above but \`redis\`. What stands
beside \`fleets\` counts for each fleet that does not have its own: mappings are completed setting by setting, lists are replaced. Databases, clusters and slices
of different fleets may have the same names; a context of the kubeconfig and a hub belong to one fleet.

\`\`\`yaml
slack: { channels: [C0DATABASES], approvers: [U0ALICE, U0BOB] }
fleets:
  - name: eu
    hub: { cluster: hub, apiServer: "https://hub.eu.example:6443" }
    clusters: [{ name: hub, context: eu-hub }, { name: west, context: eu-west }]
    kubeslice: { project: demo, slice: { name: demo-slice, subnet: 10.1.0.0/16 } }
    kubedb: { licenceFile: eu.pem }
    databases: [{ name: postgres, version: "17.2", replicas: 2, storage: 2Gi, placement: { hub: [0], west: [1] } }]
  - name: us
    slack: { channels: [C0DATABASES, C0US], approvers: [U0CAROL, U0ERIN] } # this fleet's own
    hub: { cluster: hub, apiServer: "https://hub.us.example:6443" }
    clusters: [{ name: hub, context: us-hub }, { name: east, context: us-east }]
    kubeslice: { project: demo, slice: { name: demo-slice, subnet: 10.1.0.0/16 } }
    kubedb: { licenceFile: us.pem }
    databases: [{ name: postgres, version: "17.2", replicas: 2, storage: 2Gi, placement: { hub: [0], east: [1] } }]
\`\`\`

Whatever has one name needs nothing more; where several fleets have a database of that name, \`--fleet us\` behind the command says which
(\`/pgdist deploy postgres --fleet us\`), and in a channel that only one fleet has, that one is meant. Each fleet has its own lock: they deploy at the same time,
and a hub that hangs holds up its own fleet alone. Approvers and admins are those of the fleet, whichever channel asks. A file with one fleet stays as it is.
Where a single \`fleet\` becomes an entry of \`fleets\`, it keeps its name: runs, locks, mutes, verdicts and the audit are found under it, wherever it stands in the
list. Renaming a fleet makes it another one: ends of its runs and what is remembered of its databases stay under the former name, and locks and mutes do not come
along. \`pgdist doctor\` says so as long as such runs are kept.
`;

const oneFleet = (): Schema => (JSON.parse(jsonSchema()) as { readonly anyOf: readonly [Schema, Schema] }).anyOf[0];

const rowsOf = ({ properties = {}, required = [] }: Schema, path: string): string[] =>
  Object.entries(properties).flatMap(([key, setting]) => {
    const own = path === '' ? key : `${path}.${key}`;
    const inside = setting.properties === undefined ? rowsOf(setting.items ?? {}, `${own}[]`) : rowsOf(setting, own);
    const said = setting.description === undefined && inside.length > 0 ? [] : [row(own, setting, required.includes(key))];
    return [...said, ...inside];
  });

const row = (path: string, setting: Schema, needed: boolean): string =>
  `| ${[`\`${path}\``, taken(setting), standard(setting, needed), (setting.description ?? '').replaceAll('|', '\\|')].join(' | ')} |`;

const standard = (setting: Schema, needed: boolean): string => {
  if (setting.default !== undefined && typeof setting.default !== 'object') return `\`${JSON.stringify(setting.default)}\``;
  return needed ? '**needed**' : '';
};

const taken = ({ type, enum: words, minimum, maximum, items, maxItems }: Schema): string => {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'integer' || type === 'number') return `${type === 'integer' ? 'whole number' : 'number'}${range(minimum, maximum)}`;
  if (type === 'array') return `list${items?.type === 'string' ? ' of texts' : ''}${maxItems === undefined ? '' : `, at most ${maxItems}`}`;
  return { string: 'text', boolean: 'true or false', object: 'mapping' }[type ?? ''] ?? '';
};

const range = (least?: number, most?: number): string => {
  if (most === undefined || most === Number.MAX_SAFE_INTEGER) return least === undefined ? '' : `, ${least} or more`;
  return `, ${least ?? ''} to ${most}`;
};
