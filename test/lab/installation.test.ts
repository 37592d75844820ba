import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import { eventually } from '../support/eventually.ts';
import { IMAGE, openPerson } from './installation.ts';
import { tagImage } from './images.ts';
import { CLUSTERS, missing } from './lab.ts';
import { INSTALLING, LOOK } from './page.ts';
import type { Workspace } from './world.ts';

const reason = missing();
const NEXT = 'registry.example/pgdist:0.1.1';
const OF_NAMESPACE = ['-n', 'pgdist'] as const;

const docs = new URL('../../docs/', import.meta.url);
const page = (name: string): string => readFileSync(new URL(name, docs), 'utf8');
/** Commands for kubectl in the running text of pages about an installation that runs. */
const commands = [...readdirSync(new URL('runbooks/', docs)).map((name) => `runbooks/${name}`), 'operations.md']
  .flatMap((name) => [...page(name).matchAll(/`(kubectl [^`]+)`/g)].map(([, command = '']) => command))
  // One needs a worker that crashed before; the other is typed where what it does is wanted.
  .filter((command) => !/--previous|--replicas/.test(command));

describe.for(reason === undefined ? ['on a lab'] : [])('%s', () => {
  let person: Awaited<ReturnType<typeof openPerson>>;
  let first: Workspace;
  beforeAll(async () => {
    person = await openPerson();
    first = await person.world.workspace();
    for (const cluster of CLUSTERS) {
      await person.run('helm', '--kube-context', cluster, ...OF_NAMESPACE, 'uninstall', 'pgdist', '--ignore-not-found', '--wait');
      await person.run('kubectl', '--context', cluster, 'delete', 'namespace', 'pgdist', '--ignore-not-found');
    }
  });
  afterAll(() => person?.close());

  const ready = async (): Promise<void> => {
    for (const process of ['bot', 'worker'])
      await person.run('kubectl', ...OF_NAMESPACE, 'rollout', 'status', `deployment/pgdist-${process}`, '--timeout=10m');
  };
  /** Images that the pods of bot and worker run. */
  const images = async (): Promise<Set<string>> => {
    const [selector, path] = ['app.kubernetes.io/component in (bot,worker)', '{range .items[*]}{.spec.containers[0].image}{"\\n"}{end}'];
    const pods = await person.run('kubectl', ...OF_NAMESPACE, 'get', 'pods', '-l', selector, '-o', `jsonpath=${path}`);
    return new Set(pods.trim().split('\n'));
  };
  const onlyRuns = (image: string) => eventually(async () => expect(await images()).toEqual(new Set([image])), { everyMs: 500 });

  test.for(INSTALLING)('step %d of the page does what it says', async (section) => {
    await expect(person.follow(section, first)).resolves.toBeDefined();
  });

  test('bot and worker become ready', async () => {
    await ready();
    expect(await images()).toEqual(new Set([IMAGE]));
  });

  test('with the app invited, doctor has nothing to say against it', async () => {
    first.invite();
    expect(await person.follow(LOOK, first)).toContain('demo-worker answers');
  });

  test('a deploy asked for in Slack ends with every standby streaming', async () => {
    await first.play(`
      alice: /pgdist deploy postgres
      wait waiting for approval
      bob: approve
      wait succeeded
    `);
    expect(first.slack.transcript(CHANNEL)).toContain('2 of 2 standbys streaming');
  });

  test('helm upgrade in the middle of a deploy: the run goes on and ends, and nothing is done twice', async () => {
    await person.run('helm', 'uninstall', 'kubedb', '--namespace', 'kubedb');
    const sets = ['-n', 'kubedb', 'get', 'manifestworkreplicasets', '-o', 'name'];
    await eventually(async () => expect(await person.run('kubectl', ...sets)).not.toContain('/petset-agent'), { everyMs: 500 });
    await tagImage(person.lab, IMAGE, NEXT);
    const before = first.slack.messages(CHANNEL).length;
    await first.play(`
      alice: /pgdist deploy postgres
      wait waiting for approval
      bob: approve
      wait applying
      expect KubeDB runs
    `);
    await person.shell.type('helm upgrade pgdist helm/pgdist -n pgdist -f values.yaml --set image.tag=0.1.1 --set-file config=pgdist.yaml');
    await ready();
    await first.play(`
      wait succeeded
      expect 2 of 2 standbys streaming
    `);
    await onlyRuns(NEXT);
    const releases = ['-n', 'kubedb', 'get', 'secrets', '-l', 'owner=helm,name=kubedb,status=deployed', '-o', 'name'];
    expect((await person.run('kubectl', ...releases)).split('\n')).toHaveLength(1);
    expect(first.slack.messages(CHANNEL)).toHaveLength(before + 1);
    const audit = await person.run('kubectl', ...OF_NAMESPACE, 'exec', 'deploy/pgdist-worker', '--', 'pgdist', 'export');
    const entries = audit.split('\n').map((line) => JSON.parse(line) as { deed: string; outcome: string });
    for (const deed of ['approve', 'end']) expect(entries.filter((entry) => entry.deed === deed && entry.outcome === 'done')).toHaveLength(2);
  });

  test('helm rollback brings the image of before, and what was deployed is found healthy', async () => {
    const command = 'helm -n pgdist rollback pgdist';
    expect(page('operations.md')).toContain(`\`${command}\``);
    await person.shell.type(command);
    await ready();
    await onlyRuns(IMAGE);
    await first.play(`
      alice: /pgdist status postgres
      expect postgres is healthy
    `);
  });

  test('what the runbooks and the page of day two type is taken by the clusters', async () => {
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) await person.shell.type(command.replaceAll(/NAMESPACE|RELEASE/g, 'pgdist').replaceAll('CLUSTER', 'demo-worker'));
  });

  test('after all of it was stopped, runs are still known', async () => {
    const command = 'kubectl -n pgdist scale deployment --all --replicas 0';
    expect(page('operations.md')).toContain(`\`${command}\``);
    await person.shell.type(command);
    await person.run('kubectl', ...OF_NAMESPACE, 'delete', 'pod', 'pgdist-redis-0');
    await person.run('kubectl', ...OF_NAMESPACE, 'rollout', 'status', 'statefulset/pgdist-redis', '--timeout=10m');
    await person.shell.type(command.replace(/\d+$/, '2'));
    await ready();
    await first.play(`
      alice: /pgdist runs
      expect-private alice deploy postgres
    `);
  });

  test('a release on the other cluster is ready as well, and leaves a fleet that is not its own alone', async () => {
    const second = await person.world.workspace();
    await person.shell.type('kubectl config use-context demo-worker');
    for (const section of [5, 6, 7]) await person.follow(section, second);
    await ready();
    second.invite();
    expect(await person.follow(LOOK, second)).toContain('demo-worker answers');
    await second.play(`
      alice: /pgdist deploy postgres
      wait blocked
    `);
    expect(second.slack.transcript(CHANNEL)).toContain('holds fleet demo');
  });
});

test.for(reason === undefined ? [] : [reason])('nothing runs: %s', (why) => {
  console.log(`skipped: ${why}`);
  expect(why).not.toBe('');
});
