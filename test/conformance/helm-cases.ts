import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../playground/kubernetes-api/command.ts';
import { namespaceIn, type Answer, type Target } from '../playground/kubernetes-api/target.ts';

/** The life of a release with the real helm. */
export const helmCases = (served: () => { readonly target: Target; readonly kubeconfig: string }): void => {
  describe('helm', () => {
    it('installs, upgrades, rolls back and uninstalls a release', async () => {
      const { target, kubeconfig } = served();
      const namespace = await namespaceIn(target);
      const command = await commandLine(kubeconfig);
      try {
        const chart = await chartIn(command.folder);
        const helm = (...parameters: string[]) => command.succeed('helm', [...parameters, '--namespace', namespace]);
        const colour = async () => (await target.api.json<Answer>('GET', `/api/v1/namespaces/${namespace}/configmaps/tiny`)).data.colour as string;
        expect(await helm('upgrade', '--install', 'tiny', chart, '--wait', '--timeout', '10s')).toContain('STATUS: deployed');
        expect(await colour()).toBe('red');
        expect(await helm('upgrade', 'tiny', chart, '--set', 'colour=blue', '--labels', 'by=test')).toContain('has been upgraded');
        expect(await colour()).toBe('blue');
        const secrets = await target.api.json<Answer>('GET', `/api/v1/namespaces/${namespace}/secrets`, {
          query: { labelSelector: 'owner=helm,name=tiny,version=2' },
        });
        expect(secrets.items?.[0]).toMatchObject({ type: 'helm.sh/release.v1', metadata: { labels: { status: 'deployed', by: 'test' } } });
        expect(await helm('rollback', 'tiny', '1')).toContain('Rollback was a success');
        expect(await colour()).toBe('red');
        const invalid = await command.run('helm', ['upgrade', 'tiny', chart, '--set', 'port=0', '--namespace', namespace]);
        expect(invalid.code).toBe(1);
        expect(invalid.output).toContain('spec.ports[0].port: Invalid value: 0');
        expect(JSON.parse(await helm('list', '--failed', '-o', 'json'))).toEqual([expect.objectContaining({ revision: '4', status: 'failed' })]);
        expect(await helm('uninstall', 'tiny')).toContain('uninstalled');
        expect(JSON.parse(await helm('list', '-o', 'json'))).toEqual([]);
      } finally {
        await command.remove();
      }
    });
  });
};

const chartIn = async (folder: string): Promise<string> => {
  const chart = join(folder, 'tiny');
  await mkdir(join(chart, 'templates'), { recursive: true });
  await writeFile(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: 'tiny', version: '1.0.0' }));
  await writeFile(join(chart, 'values.yaml'), stringify({ colour: 'red', port: 80 }));
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'tiny' }, data: { colour: '{{ .Values.colour }}' } };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'tiny' }, spec: { ports: [{ port: 'PORT' }] } };
  await writeFile(join(chart, 'templates', 'all.yaml'), `${stringify(settings)}---\n${stringify(service).replace('PORT', '{{ .Values.port }}')}`);
  return chart;
};
