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
${rowsOf(JSON.parse(jsonSchema()) as Schema, '').join('\n')}
`;

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
