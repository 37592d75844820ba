import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patienceMs } from '../support/eventually.ts';

const OURS = 'playground/crds/ocm';
let full: string;

beforeEach(async () => {
  full = await mkdtemp(join(tmpdir(), 'pgdist-crds-'));
  await cp(OURS, full, { recursive: true });
});
afterEach(() => rm(full, { recursive: true, force: true }));

/** Holds our CRDs against the folder, whose CRDs stand for the full ones. */
const check = async (directory: string) => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--no-warnings', 'scripts/check-crds.ts', directory], {
    reject: false,
    env: { PGDIST_OWN_CRDS: OURS },
    timeout: patienceMs(),
  });
  return { exitCode, stdout, stderr };
};

/** Changes the full Klusterlet CRD. */
const tamper = async (change: (version: any, crd: any) => void): Promise<void> => {
  const path = join(full, 'klusterlets.yaml');
  const crd = parse(await readFile(path, 'utf8'));
  change(crd.spec.versions[0], crd);
  await writeFile(path, stringify(crd));
};
const specOf = (version: any): any => version.schema.openAPIV3Schema.properties.spec.properties;

describe('check-crds', () => {
  it('finds that CRDs agree when the full ones have more fields, more required fields and descriptions', async () => {
    await tamper((version) => {
      specOf(version).extra = { type: 'string', description: 'only in the full one' };
      specOf(version).hubApiServerHostAlias.properties.port = { type: 'integer' };
      specOf(version).hubApiServerHostAlias.required.push('port');
    });
    expect(await check(full)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('they agree') });
  });

  it.each<[string, (version: any, crd: any) => void, string]>([
    ['a type', (version) => (specOf(version).clusterName.type = 'integer'), 'spec.clusterName type is "string", the full CRD has "integer"'],
    ['a pattern', (version) => (specOf(version).clusterName.pattern = '^x$'), 'spec.clusterName pattern is'],
    ['a field that does not exist', (version) => delete specOf(version).deployOption, 'spec.deployOption does not exist'],
    [
      'an enum',
      (version) => specOf(version).workConfiguration.properties.featureGates.items.properties.mode.enum.pop(),
      'featureGates[].mode enum is',
    ],
    ['a required list', (version) => delete specOf(version).hubApiServerHostAlias.required, 'hubApiServerHostAlias required is ["hostname","ip"]'],
    [
      'list keys',
      (version) => delete version.schema.openAPIV3Schema.properties.status.properties.conditions['x-kubernetes-list-map-keys'],
      'status.conditions x-kubernetes-list-map-keys is ["type"], the full CRD has not set',
    ],
    ['the status subresource', (version) => delete version.subresources, 'v1 status subresource is true, the full CRD has false'],
    ['the scope', (_, crd) => (crd.spec.scope = 'Namespaced'), 'scope is "Cluster", the full CRD has "Namespaced"'],
    ['a version', (version) => (version.name = 'v9'), 'version v1 does not exist'],
  ])('names a difference in %s', async (_, change, difference) => {
    await tamper(change);
    const { exitCode, stdout } = await check(full);
    expect(stdout).toContain(difference);
    expect(stdout).toContain('klusterlets.yaml: ');
    expect(exitCode).toBe(1);
  });

  it('names a CRD that has no full counterpart', async () => {
    await rm(join(full, 'klusterlets.yaml'));
    expect(await check(full)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('no full CRD is named klusterlets') });
  });

  it('says that a directory cannot be read', async () => {
    expect(await check(join(full, 'nowhere'))).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nowhere cannot be read') });
  });
});
