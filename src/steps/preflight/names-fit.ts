import type { Fleet } from '../../domain/fleet.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { type Text, told } from '../../domain/text.ts';

/** KubeSlice names a gateway Service 'svc-SLICE-A-B-0-0', of which a Service may have 63 characters. */
const LONGEST_SUM = 53;
/** 'vl3-slice-router-SLICE' is a Service as well. */
const LONGEST_SLICE = 46;
/** The namespace kubeslice-PROJECT and the objects named after it. */
const LONGEST_PROJECT = 30;
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
      const pairs = names.flatMap((a, index) => names.slice(index + 1).map((b) => ({ a, b, sum: slice.name.length + a.length + b.length })));
      const problems: Problem[] = [
        ...pairs
          .filter(({ sum }) => sum > LONGEST_SUM)
          .map(({ a, b, sum }) =>
            misfit(
              told`the names ${slice.name}, ${a} and ${b} are too long together`,
              `${sum} characters; KubeSlice's Service svc-${slice.name}-${a}-${b}-0-0 leaves ${LONGEST_SUM} for the three`,
            ),
          ),
        ...(slice.name.length > LONGEST_SLICE
          ? [
              misfit(
                told`the slice name ${slice.name} is too long`,
                `${slice.name.length} characters; vl3-slice-router-${slice.name} leaves ${LONGEST_SLICE}`,
              ),
            ]
          : []),
        ...(/^[a-z][-a-z0-9]*$/.test(slice.name)
          ? []
          : [misfit(told`the slice name ${slice.name} is not allowed`, 'it must begin with a letter and have no dots: Services are named after it')]),
        ...(project.length > LONGEST_PROJECT
          ? [misfit(told`the project name ${project} is too long`, `${project.length} characters; KubeSlice allows ${LONGEST_PROJECT}`)]
          : []),
      ];
      const warnings = [...names.map((name) => ({ name, what: 'cluster' })), { name: slice.name, what: 'slice' }]
        .filter(({ name }) => name.length > ADVISED)
        .map(({ name, what }) => `${what} name ${name} has ${name.length} characters; KubeSlice's manual advises ${ADVISED} at most`);
      return { problems, evidence: `${names.length} clusters, slice ${slice.name}, project ${project}`, warnings };
    },
  });

const misfit = (what: Text, evidence: string): Problem => ({
  code: 'PGD-016',
  what,
  evidence: [evidence],
  remedy: told`Choose shorter names in pgdist.yaml, then plan again. Names of clusters that are joined already cannot change; the name of the slice can until it exists.`,
});
