import type { Fleet } from '../../domain/fleet.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { misfits } from '../../domain/kubeslice-names.ts';
import { told } from '../../domain/text.ts';

/** KubeSlice's manual warns of longer ones: "will result in a service export error". Longer ones were seen to work. */
const ADVISED = 15;

/** The names that KubeSlice makes out of the configured ones stay within what Kubernetes allows. */
export const namesFit = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/names-fit',
    title: 'names leave room for what KubeSlice makes of them',
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: [],
    async examine() {
      const { slice, project } = fleet.kubeslice;
      const names = fleet.clusters.map(({ name }) => name);
      const problems = misfits({ slice: slice.name, project, clusters: names }).map(misfit);
      const warnings = [...names.map((name) => ({ name, what: 'cluster' })), { name: slice.name, what: 'slice' }]
        .filter(({ name }) => name.length > ADVISED)
        .map(({ name, what }) => `${what} name ${name} has ${name.length} characters; KubeSlice's manual advises ${ADVISED} at most`);
      return { problems, evidence: `${names.length} clusters, slice ${slice.name}, project ${project}`, warnings };
    },
  });

const misfit = ({ what, evidence }: ReturnType<typeof misfits>[number]): Problem => ({
  code: 'PGD-016',
  what,
  evidence: [evidence],
  remedy: told`Choose shorter names in pgdist.yaml, then plan again. Names of clusters that are joined already cannot change; the name of the slice can until it exists.`,
});
