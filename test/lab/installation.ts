import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { toolPaths } from '../../playground/tools.ts';
import { bringRedis, writeDocker } from './images.ts';
import { openLab, type Lab } from './lab.ts';
import { openShell, type Shell } from './shell.ts';
import { filled, PAGE, sectionOf } from './page.ts';
import { standIns } from './stand-ins.ts';
import { openWorld, PROBE_IMAGE, type Workspace, type World } from './world.ts';

const root = new URL('../../', import.meta.url).pathname;
export const IMAGE = 'registry.example/pgdist:0.1.0';

/** A person at a terminal with the lab's clusters, who follows the page. Close it. */
export interface Person {
  readonly lab: Lab;
  readonly world: World;
  readonly shell: Shell;
  /** Does all that the section says for an app of this workspace: keeps files under their titles, types what a terminal takes. Returns what was shown. */
  follow(section: number, workspace: Workspace): Promise<string>;
  /** helm and kubectl; throws with what they printed. */
  run(program: 'helm' | 'kubectl', ...parameters: readonly string[]): Promise<string>;
}

/** Starts what is around an installation, and a terminal in an empty folder. */
export const openPerson = async (): Promise<Person & { close(): Promise<void> }> => {
  await using opened = new AsyncDisposableStack();
  const lab = await openLab();
  opened.defer(() => lab.close());
  const world = await openWorld(lab);
  opened.defer(() => world.close());
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-person-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [bin, checkout] = [join(folder, 'bin'), join(folder, 'pgdist')];
  await mkdir(bin);
  const docker = await writeDocker(lab, bin);
  const { helm } = await toolPaths();
  const kubeconfig = join(folder, 'kubeconfig');
  await copyFile(lab.kubeconfig, kubeconfig);
  const env = { ...process.env, HOME: folder, KUBECONFIG: kubeconfig, PATH: [bin, dirname(helm), process.env['PATH']].join(delimiter) };
  const shell = openShell({ folder, env });
  opened.defer(() => shell.close());
  const worker = await standIns(lab);
  const given = { repository: root, hubApiServer: world.hubApiServer, probeImage: PROBE_IMAGE };
  const valuesOf = ({ slack }: Workspace) => ({
    env: [{ name: 'SLACK_API_URL', value: slack.apiUrl }],
    extraCa: { configMapName: 'lab-ca' },
    worker,
  });
  const keep = async ({ slack }: Workspace): Promise<void> => {
    const files = {
      'bot-token.txt': slack.botToken,
      'app-token.txt': slack.appToken,
      'kubedb-licence.pem': world.licence,
      'ca.crt': world.authority,
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(checkout, name), content);
  };

  const follow = async (section: number, workspace: Workspace): Promise<string> => {
    if (section === 6) await keep(workspace);
    const shown: string[] = [];
    for (const { language, title, text } of PAGE.filter((block) => sectionOf(block) === section)) {
      if (title !== undefined)
        await writeFile(join(checkout, title), `${filled(text, given)}${title === 'values.yaml' ? stringify(valuesOf(workspace)) : ''}`);
      else if (language === 'sh') shown.push(await shell.type(filled(text, given)));
    }
    if (section === 2) await bringRedis(lab, docker, IMAGE);
    if (section === 6) shown.push(await shell.type('kubectl -n pgdist create configmap lab-ca --from-file=ca.crt'));
    return shown.join('');
  };
  const kept = opened.move();
  return {
    lab,
    world,
    shell,
    follow,
    run: async (program, ...parameters) => (await execa(program, [...parameters], { env, stdin: 'ignore' })).stdout,
    close: () => kept.disposeAsync(),
  };
};
