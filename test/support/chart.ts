import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { toolPaths } from '../../playground/tools.ts';

const run = promisify(execFile);
export const chart = new URL('../../helm/pgdist', import.meta.url).pathname;

interface Named {
  readonly name: string;
}
export interface Variable extends Named {
  readonly value?: string;
  readonly valueFrom?: object;
}
export interface Container extends Named {
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly Variable[];
  readonly envFrom?: readonly object[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
  readonly securityContext: object;
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly startupProbe: { readonly httpGet: object; readonly periodSeconds: number; readonly failureThreshold: number };
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly Named[];
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string }[];
}
interface Rule {
  readonly ports: readonly { readonly port: number }[];
}

/** What a test reads of a rendered object; of each kind only its own part is there. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly automountServiceAccountToken?: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly ingress: readonly Rule[];
    readonly egress: readonly Rule[];
  };
}

const shapesFolder = join(chart, 'ci');

/** Files of values that the chart is held against, one for each shape of an installation. */
export const shapes = readdirSync(shapesFolder).map((file) => file.replace(/-values\.yaml$/, ''));
export const valuesOf = (shape: string): Record<string, unknown> =>
  parse(readFileSync(join(shapesFolder, `${shape}-values.yaml`), 'utf8'), { merge: true }) as Record<string, unknown>;

/** Runs helm with a file of these values; rejects with what helm says. */
export const helmWith = async (values: object, ...args: readonly string[]): Promise<string> => {
  const { helm } = await toolPaths();
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-chart-'));
  try {
    const file = join(folder, 'values.json');
    await writeFile(file, JSON.stringify(values));
    return (await run(helm, [...args, '-f', file])).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const render = async (values: object, ...args: readonly string[]): Promise<Rendered[]> =>
  parseAllDocuments(await helmWith(values, 'template', 'pgdist', chart, ...args))
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);

export const named = (objects: readonly Rendered[], kind: string, name: string): Rendered | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

export const containerOf = (objects: readonly Rendered[], name: string): Container => {
  const [container] = (named(objects, 'Deployment', name) ?? named(objects, 'StatefulSet', name))?.spec.template.spec.containers ?? [];
  if (container === undefined) throw new Error(`nothing called ${name} was rendered`);
  return container;
};
