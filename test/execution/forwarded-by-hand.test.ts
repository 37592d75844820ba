import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toolPaths } from '../../playground/tools.ts';
import { exportFiles } from '../../src/execution/export/script.ts';
import { sliceNamesForwarded } from '../../src/steps/coredns/slice-names-forwarded.ts';
import { type DnsWorld, dnsWorld } from '../support/dns-world.ts';
import { databaseOf, fleetOf } from '../support/fleet.ts';
import { folderFor } from '../support/folder.ts';
import { becomesHealthy } from '../support/step-contract.ts';
import { patienceMs } from '../support/eventually.ts';

const NAMES = ['tokyo', 'osaka'] as const;
const fleet = fleetOf(NAMES);
const [tokyo] = fleet.clusters;
const step = sliceNamesForwarded(fleet, tokyo!);
const BEFORE = 'pgdist/corefile-before';

let world: DnsWorld;
beforeEach(async () => {
  world = await dnsWorld();
});
afterEach(() => world.close());

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' };
const corefile = async (): Promise<{ text: string; before: string | undefined }> => {
  const { data, metadata } = (await world.cluster.read(ref)) as any;
  return { text: data.Corefile, before: metadata.annotations?.[BEFORE] };
};
const setCorefile = (text: string) => world.operator.merge(ref, { data: { Corefile: text }, metadata: { annotations: { [BEFORE]: null } } });

/** The lines of the step as a script of their own, made of the cluster as it is now; what it says each time that it runs. */
const script = async () => {
  const byHand = await step.byHand!(world.context);
  const folder = await folderFor();
  const rounds = [[{ id: step.id, title: step.title, stage: step.stage, gate: false, byHand }]];
  for (const { path, text } of exportFiles({ run: 'r1', fleet, database: databaseOf(NAMES), rounds, at: new Date(0) })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await writeFile(join(folder, 'kubeconfig'), world.kubeconfig);
  const { kubectl } = await toolPaths();
  const env = { PATH: [dirname(kubectl), process.env['PATH']].join(delimiter), HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
  return () => execa('bash', ['run.sh', '--yes'], { cwd: folder, env, extendEnv: false, all: true, reject: false, timeout: patienceMs() });
};

const LINES = '# of others: "quoted", \\ $HOME `date` %s %q 日本 \u0007\t\u{1f600} e\u0301\n';
const COREFILES: Readonly<Record<string, (text: string) => string>> = {
  'a Corefile as kubeadm has it': (text) => text,
  'a Corefile with characters of all kinds and no end of its last line': (text) => `${LINES}${text}${LINES.trimEnd()}`,
  'a Corefile longer than any word of a command': (text) => `${text}${LINES.repeat(2_200)}`,
  'a Corefile longer than an annotation': (text) => `${text}${LINES.repeat(4_400)}`,
  'a block that leads elsewhere': (text) => `slice.local:53 {\n    forward . 192.0.2.5 {\n        max_fails 3\n    }\n}\n${text}`,
  'a block that others share': (text) => `corp.example slice.local {\n    forward . 10.9.8.7\n}\n${text}`,
};

test.each(Object.entries(COREFILES))('by hand, %s becomes what pgdist makes of it, once', async (_, made) => {
  const kubeadms = (await corefile()).text;
  const before = made(kubeadms);
  await setCorefile(before);
  const run = await script();
  const ran = await run();
  expect(ran.exitCode, ran.all.slice(-4_000)).toBe(0);
  const byHand = await corefile();
  expect(byHand.text).toContain(`forward . ${world.address}`);
  expect(await step.check(world.context)).toMatchObject({ kind: 'in-place' });
  const again = await run();
  expect(again.exitCode, again.all.slice(-4_000)).toBe(0);
  expect(again.all).toContain(`ConfigMap coredns forwards slice.local to ${world.address}`);
  expect(await corefile()).toEqual(byHand);
  await setCorefile(before);
  await step.apply(world.context);
  expect(await corefile()).toEqual(byHand);
  expect(await becomesHealthy(step, world.context)).toMatchObject({ healthy: true });
});

test('by hand, a Corefile that somebody changed since the script was made is left as it is', async () => {
  const run = await script();
  const changed = `${(await corefile()).text}# changed\n`;
  await setCorefile(changed);
  const ran = await run();
  expect(ran.exitCode).toBe(1);
  expect(ran.all).toContain('has another text than when this script was made: export the run again');
  expect((await corefile()).text).toBe(changed);
});
