import { isDeepStrictEqual } from 'node:util';
import { type Change, changesOf, type FieldChange } from '../../src/domain/finding.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import { initArguments, joinArguments, upgradeArguments } from '../../src/domain/tool-commands.ts';
import type { Write } from './recording-writes.ts';

/** Where what was written is not what the plan showed, one sentence each; empty where every object and every field agree. */
export const differencesBetween = (plan: readonly PlannedStep[], writes: readonly Write[]): string[] => {
  const changes = plan.flatMap(({ finding }) => changesOf(finding));
  const told = Map.groupBy(changes, (change) => `${change.object.replace(/^(Helm release \S+) .*/, '$1')} on ${change.cluster}`);
  const written = Map.groupBy(
    writes.filter((write) => write.verb !== 'token'),
    (write) => `${objectOf(write)} on ${write.cluster}`,
  );
  return [
    ...[...written].flatMap(([object, done]) => unforeseen(object, told.get(object) ?? [], done)),
    ...[...told].flatMap(([object, promised]) => unfulfilled(object, promised, written.get(object) ?? [])),
  ];
};

/** A request is told by who asks: its name is the agent's choice. */
const objectOf = ({ object, content }: Write): string => {
  if (!object.startsWith('CertificateSigningRequest ')) return object;
  const { labels } = content['metadata'] as { labels: Record<string, string> };
  return `CertificateSigningRequest of ${labels['open-cluster-management.io/cluster-name'] ?? ''}`;
};

const unforeseen = (object: string, told: readonly Change[], done: readonly Write[]): string[] =>
  done.flatMap((write) => {
    const fields = fieldsOf(write);
    const misfits = [...otherCommand(write, told), ...otherAction(write, told)].map((misfit) => `${object}: ${misfit}`);
    if (misfits.length > 0) return misfits;
    // An apply of nothing but a name makes what is missing and changes nothing of what is there.
    if (told.length === 0) return fields.length === 0 && write.verb === 'apply' ? [] : [`${write.verb} ${object} was not told`];
    const all = told.flatMap((change) => change.fields);
    // These send all that is wanted each time: what the plan left out is as it was, since a dry run, or the release, had it already.
    const isWhole = write.verb === 'apply' || write.verb === 'helm';
    return fields
      .filter(({ path, to }) => !all.some((field) => field.path === path && agrees(field, to)))
      .filter(({ path }) => !(isWhole && told.every(({ action }) => action === 'change') && !all.some((field) => field.path === path)))
      .map(({ path, to }) => `${object}: ${path} became ${JSON.stringify(to)}, told was ${JSON.stringify(all.find((field) => field.path === path))}`);
  });

/** What takes away must have been told as that, and what repairs a release as a step of its own. */
const otherAction = ({ verb, content }: Write, told: readonly Change[]): string[] => {
  const actions = told.map(({ action }) => action);
  const takesAway = verb === 'delete' || (verb === 'helm' && content['uninstall'] === true);
  if (takesAway && !actions.includes('delete') && !actions.includes('run')) return [`is deleted, told was ${actions.join(', ') || 'nothing'}`];
  if (verb === 'helm' && content['rollback'] === true && !actions.includes('change')) return [`is rolled back, told was ${actions.join(', ')}`];
  return [];
};

/** The line that was told is the one that is run, with the same chart, version, namespace and marks. */
const otherCommand = (write: Write, told: readonly Change[]): string[] => {
  const run = commandOf(write, Number(/--timeout[ =](\d+)/.exec(told.find(({ command }) => command !== undefined)?.command ?? '')?.[1]) * 1000);
  return run === undefined || told.some(({ command }) => command === run)
    ? []
    : [`runs ${run}, told was ${told.map(({ command }) => command).join(', ')}`];
};

const commandOf = ({ verb, content }: Write, timeoutMs: number): string | undefined => {
  const words = content as any;
  if (verb === 'helm' && words.chart !== undefined) {
    const valuesFiles = ['<values>', ...(Object.keys(words.secretValues ?? {}).length > 0 ? ['<secret values>'] : [])];
    return ['helm', ...upgradeArguments({ ...words, labels: words.labels ?? {}, valuesFiles, timeoutMs })].join(' ');
  }
  if (verb !== 'clusteradm') return undefined;
  if (words.featureGates !== undefined) return ['clusteradm', ...initArguments({ ...words, timeoutMs })].join(' ');
  return ['clusteradm', ...joinArguments({ ...words, timeoutMs, hubToken: '<token>', caFile: "<hub's CA>", valuesFile: '<values>' })].join(' ');
};

const unfulfilled = (object: string, told: readonly Change[], done: readonly Write[]): string[] =>
  told
    .filter(({ onlyIf }) => onlyIf === undefined)
    .flatMap((change) => {
      if (done.length === 0) return [`${change.action} ${object} was told and not done`];
      const written = done.flatMap(fieldsOf);
      return change.fields
        .filter((field) => !written.some(({ path, to }) => path === field.path && agrees(field, to, { back: false })))
        .map((field) => `${object}: ${field.path} was told (${JSON.stringify(field)}) and not written`);
    });

/** The value that was told; any value where it was told to come later, or not to be shown; with `back` also what was there before. */
export const agrees = (field: FieldChange, to: unknown, { back = true } = {}): boolean =>
  field.later !== undefined ||
  (field.to === undefined && field.from === undefined) ||
  isDeepStrictEqual(field.to, to) ||
  (back && (to === null || isDeepStrictEqual(field.from, to)));

const fieldsOf = (write: Write): FieldChange[] => {
  const { content, object } = write;
  if (write.verb === 'helm') return helmFields(content);
  if (write.verb === 'clusteradm') return clusteradmFields(content);
  if (object.startsWith('CertificateSigningRequest ')) return [{ path: 'status.conditions', to: approvalIn(content['status']) }];
  const fields = leaves(content).filter(({ path }) => !/^(apiVersion|kind|metadata(\.(name|namespace))?)$/.test(path));
  return object.startsWith('ConfigMap kube-system/coredns') ? fields.map(forwardOf) : fields;
};

/** Of a request no more than its approval. */
const approvalIn = (status: unknown): string =>
  (status as { conditions: { type: string; status: string }[] }).conditions
    .map(({ type, status: is }) => (is === 'True' ? type : `${type} ${is}`))
    .join();

/** Of a Corefile the plan tells what it forwards; that nothing else changes is for the tests of the Corefile. */
const forwardOf = (field: FieldChange): FieldChange => {
  const key = /^data\.(.*)$/.exec(field.path)?.[1];
  const address = /slice\.local:53 \{\n {4}errors\n {4}cache 30\n {4}forward \. (\S+)\n\}/.exec(String(field.to))?.[1];
  return key === undefined ? field : { path: `data["${key}"] slice.local:53 forward .`, to: address };
};

const helmFields = (content: Write['content']): FieldChange[] => {
  const { values = {}, secretValues = {} } = content as { values?: object; secretValues?: Record<string, string> };
  return [...leaves(values), ...Object.entries(secretValues).map(([path, to]) => ({ path, to }))];
};

const clusteradmFields = (content: Write['content']): FieldChange[] => {
  const { bundleVersion, featureGates, hubApiServer, hubToken, clusterName, klusterletValues } = content as any;
  if (featureGates !== undefined)
    return [
      { path: 'bundleVersion', to: bundleVersion },
      { path: 'spec.workConfiguration.featureGates', to: featureGates.map((feature: string) => ({ feature, mode: 'Enable' })) },
    ];
  return [
    { path: '--hub-token', to: hubToken },
    { path: 'hubApiServer', to: hubApiServer },
    { path: 'bundleVersion', to: bundleVersion },
    { path: 'spec.clusterName', to: clusterName },
    ...leaves(klusterletValues).map(({ path, to }) => ({ path: path.replace(/^klusterlet\./, 'spec.'), to })),
  ];
};

const leaves = (value: object, at = ''): FieldChange[] =>
  Object.entries(value).flatMap(([key, inner]) => {
    const path = at === '' ? key : `${at}.${key}`;
    if (inner === undefined) return [];
    const isTree = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0;
    return isTree ? leaves(inner, path) : [{ path, to: inner }];
  });
