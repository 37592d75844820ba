import { byTyping, type Problem } from '../domain/problem.ts';
import { helmIn } from '../domain/terminal.ts';
import { type Text, told } from '../domain/text.ts';
import { sameVersion, type HelmRecord } from './helm-record.ts';
import { valueChanges } from './helm-values.ts';
import type { ReleaseValues, WantedRelease } from './helm-wanted.ts';

/** How a step goes on from what it found of the release. */
type Standing =
  | { readonly kind: 'deployed'; readonly warnings: readonly string[] }
  | { readonly kind: 'deploy'; readonly first?: 'uninstall' | 'rollback'; readonly why: Text }
  | { readonly kind: 'blocked'; readonly problem: Problem };

/** The takeover rules: pending-install goes only if ours and revision 1, other pending ones of ours are rolled back, none of others is touched. */
export const standingOf = (wanted: WantedRelease, record: HelmRecord | undefined, { values, secrets }: ReleaseValues): Standing => {
  if (record === undefined || record.status === 'uninstalled') return { kind: 'deploy', why: told`not installed` };
  if (!record.ours) return standingOfOthers(wanted, record, { values, secrets });
  switch (record.status) {
    case 'deployed': {
      const same = sameVersion(record.version, wanted.version) && valueChanges(record.config, values, secrets).length === 0;
      return same
        ? { kind: 'deployed', warnings: [] }
        : { kind: 'deploy', why: told`upgrades the release that pgdist installed (revision ${record.revision})` };
    }
    case 'pending-install':
      if (record.revision === 1) return { kind: 'deploy', first: 'uninstall', why: told`the install was interrupted: it is removed and made again` };
      return { kind: 'blocked', problem: stuck(wanted, record) };
    case 'pending-upgrade':
    case 'pending-rollback':
      return { kind: 'deploy', first: 'rollback', why: told`the upgrade was interrupted: it is rolled back and made again` };
    case 'uninstalling':
      return { kind: 'deploy', first: 'uninstall', why: told`the uninstall was interrupted: it is finished, then installed again` };
    case 'failed':
    case 'superseded':
    case 'unknown':
      break;
  }
  return { kind: 'deploy', why: told`revision ${record.revision} is ${record.status}: upgraded again` };
};

const standingOfOthers = (wanted: WantedRelease, record: HelmRecord, { values, secrets }: ReleaseValues): Standing => {
  if (record.status !== 'deployed') return { kind: 'blocked', problem: stuck(wanted, record) };
  const given = (path: string): boolean => Object.hasOwn(secrets, path) || (wanted.required ?? []).includes(path);
  const differing = valueChanges(record.config, values, secrets).filter(({ path, to }) => to !== undefined || Object.hasOwn(secrets, path));
  const missing = differing.filter(({ path }) => given(path) && !Object.hasOwn(secrets, path));
  if (missing.length > 0) {
    return {
      kind: 'blocked',
      problem: {
        code: 'PGD-048',
        what: told`Helm release ${wanted.release} on ${wanted.cluster} was installed by others without settings that are needed`,
        evidence: missing.map(({ path, from, to }) => `${path} is ${JSON.stringify(from) ?? 'not set'}, needed is ${JSON.stringify(to)}`),
        remedy: told`Have its owner run helm upgrade with these values; pgdist does not change a release that it did not install.`,
      },
    };
  }
  return {
    kind: 'deployed',
    warnings: [
      `Helm release ${wanted.release} was installed by others: it is left as it is`,
      ...(sameVersion(record.version, wanted.version) ? [] : [`it has version ${record.version}, configured is ${wanted.version}`]),
      ...(differing.length === 0 ? [] : [`its values differ in ${differing.map(({ path }) => path).join(', ')}`]),
    ],
  };
};

const stuck = (wanted: WantedRelease, record: HelmRecord): Problem => ({
  code: 'PGD-048',
  what: told`Helm release ${wanted.release} on ${wanted.cluster} is ${record.status} and ${record.ours ? 'past its first revision' : 'belongs to others'}`,
  evidence: [`revision ${record.revision}, chart ${record.chart} ${record.version}`, ...(record.ours ? [] : ['its record has no label of pgdist'])],
  ...byTyping(
    told`Make sure that no helm is running, then:`,
    helmIn(wanted.cluster, wanted.namespace, `${record.status === 'pending-install' ? 'uninstall' : 'rollback'} ${wanted.release}`),
  ),
});
