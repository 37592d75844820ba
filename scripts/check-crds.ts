import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Schema as StructuralSchema } from '../playground/kubernetes-api/schema/schema.ts';
import { appliedManifests, manifestFaults } from './applied-manifests.ts';

/*
 * node scripts/check-crds.ts DIR
 * Holds the playground's compact CRDs against the full ones found below DIR. Prints every difference.
 * Exit 0: they agree; 1: differences; 2: DIR cannot be used.
 */

const OURS = fileURLToPath(new URL('../playground/crds/', import.meta.url));

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

const crdSchema = z.object({
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    group: z.string(),
    scope: z.string(),
    names: z.object({ kind: z.string(), plural: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        storage: z.boolean(),
        subresources: z.record(z.string(), z.unknown()).optional(),
        schema: z.object({ openAPIV3Schema: z.custom<Schema>((value) => typeof value === 'object' && value !== null) }),
      }),
    ),
  }),
});
type Crd = z.infer<typeof crdSchema>;

const main = async (directory: string | undefined): Promise<number> => {
  if (directory === undefined) {
    console.error('Name the directory that holds the full CRDs: npm run check:crds -- DIR');
    return 2;
  }
  let full: ReadonlyMap<string, Crd>;
  try {
    full = new Map((await crdsBelow(directory)).map(({ crd }) => [crd.metadata.name, crd]));
  } catch (error) {
    console.error(`${directory} cannot be read: ${(error as Error).message}`);
    return 2;
  }
  const ours = await crdsBelow(process.env['PGDIST_OWN_CRDS'] ?? OURS);
  const differences = ours.flatMap(({ path, crd }) => compare(crd, full.get(crd.metadata.name)).map((difference) => `${path}: ${difference}`));
  const manifests = appliedManifests().filter(({ kind }) => ours.some(({ crd }) => crd.spec.names.kind === kind));
  const faults = manifests.flatMap((manifest) => manifestFaults(manifest, (wanted) => schemaFor(wanted, [...full.values()])));
  for (const line of [...differences, ...faults]) console.log(line);
  console.log(`${ours.length} CRDs held against ${full.size}: ${differences.length === 0 ? 'they agree' : `${differences.length} differences`}`);
  console.log(`${manifests.length} manifests that pgdist applies: ${faults.length === 0 ? 'all would be taken' : `${faults.length} faults`}`);
  return differences.length + faults.length === 0 ? 0 : 1;
};

const schemaFor = ({ apiVersion, kind }: { apiVersion: string; kind: string }, crds: readonly Crd[]) =>
  crds
    .filter(({ spec }) => spec.names.kind === kind)
    .flatMap(({ spec }) => spec.versions.filter(({ name }) => `${spec.group}/${name}` === apiVersion))
    .at(0)?.schema.openAPIV3Schema as StructuralSchema | undefined;

const crdsBelow = async (directory: string): Promise<readonly { readonly path: string; readonly crd: Crd }[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  const found = [];
  for (const file of files.toSorted()) {
    const crd = crdSchema.safeParse(parse(withoutDescriptions(await readFile(file, 'utf8'))));
    if (!crd.success)
      throw new Error(`${file} is not a CustomResourceDefinition: ${crd.error.issues[0]?.path.join('.')} ${crd.error.issues[0]?.message}`);
    found.push({ path: relative(directory, file), crd: crd.data });
  }
  return found;
};

/** Quoted descriptions of some generators continue with too little indentation, which strict parsers refuse; nobody compares them. */
const withoutDescriptions = (text: string): string => text.replaceAll(/^( *(?:- )?description): (?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")$/gm, "$1: ''");

const compare = (ours: Crd, full: Crd | undefined): readonly string[] => {
  if (full === undefined) return [`no full CRD is named ${ours.metadata.name}`];
  const heads = [
    differ('group', ours.spec.group, full.spec.group),
    differ('kind', ours.spec.names.kind, full.spec.names.kind),
    differ('plural', ours.spec.names.plural, full.spec.names.plural),
    differ('scope', ours.spec.scope, full.spec.scope),
  ].flat();
  return [
    ...heads,
    ...ours.spec.versions.flatMap((version) =>
      compareVersion(
        version,
        full.spec.versions.find(({ name }) => name === version.name),
      ),
    ),
  ];
};

type Version = Crd['spec']['versions'][number];

const compareVersion = (ours: Version, full: Version | undefined): readonly string[] =>
  full === undefined
    ? [`version ${ours.name} does not exist`]
    : [
        ...differ(`${ours.name} served`, ours.served, full.served),
        ...differ(`${ours.name} storage`, ours.storage, full.storage),
        ...differ(`${ours.name} status subresource`, ours.subresources?.['status'] !== undefined, full.subresources?.['status'] !== undefined),
        ...compareSchema(ours.schema.openAPIV3Schema, full.schema.openAPIV3Schema, ours.name),
      ];

/** Keywords that must be equal wherever we have the field. */
const EQUAL = [
  'type format enum pattern default nullable minLength maxLength minimum maximum minItems maxItems',
  'x-kubernetes-list-type x-kubernetes-list-map-keys x-kubernetes-map-type x-kubernetes-int-or-string',
].flatMap((line) => line.split(' '));
const OPEN = 'x-kubernetes-preserve-unknown-fields';

const compareSchema = (ours: Schema, full: Schema, path: string): readonly string[] => [
  ...EQUAL.flatMap((keyword) => differ(`${path} ${keyword}`, ours[keyword], full[keyword])),
  ...(isOpen(ours) ? [] : differ(`${path} required`, ours.required?.toSorted(), requiredOf(full, ours))),
  ...Object.entries(ours.properties ?? {}).flatMap(([name, schema]) => {
    const other = full.properties?.[name];
    if (other !== undefined) return compareSchema(schema, other, `${path}.${name}`);
    return full[OPEN] === true ? [] : [`${path}.${name} does not exist`];
  }),
  ...within(ours.items, full.items, `${path}[]`),
  ...within(asSchema(ours.additionalProperties), asSchema(full.additionalProperties), `${path}{}`),
];

const within = (ours: Schema | undefined, full: Schema | undefined, path: string): readonly string[] => {
  if (ours === undefined) return [];
  return full === undefined ? [`${path} does not exist`] : compareSchema(ours, full, path);
};

/** A field that we keep as it comes, without saying what is in it. */
const isOpen = (schema: Schema): boolean => schema[OPEN] === true && schema.properties === undefined;

/** What the full CRD requires, of the fields that we have. */
const requiredOf = (full: Schema, ours: Schema): readonly string[] | undefined => {
  const kept = full.required?.filter((name) => ours.properties?.[name] !== undefined).toSorted() ?? [];
  return kept.length === 0 ? undefined : kept;
};

const asSchema = (value: Schema | boolean | undefined): Schema | undefined => (typeof value === 'object' ? value : undefined);

const differ = (what: string, ours: unknown, full: unknown): readonly string[] =>
  JSON.stringify(ours) === JSON.stringify(full) ? [] : [`${what} is ${show(ours)}, the full CRD has ${show(full)}`];

const show = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));

process.exitCode = await main(process.argv[2]);
