import { told, type Text } from './text.ts';

/** KubeSlice names a gateway Service 'svc-SLICE-A-B-0-0', of which a Service may have 63 characters. */
const LONGEST_SUM = 53;
/** 'vl3-slice-router-SLICE' is a Service as well. */
const LONGEST_SLICE = 46;
/** The namespace kubeslice-PROJECT and the objects named after it. */
const LONGEST_PROJECT = 30;

/** What KubeSlice makes names of. */
interface Names {
  readonly slice: string;
  readonly project: string;
  readonly clusters: readonly string[];
}

interface Misfit {
  readonly what: Text;
  readonly evidence: string;
}

/** Names of which KubeSlice would make others that Kubernetes refuses; its webhooks let them pass, and what is named after them fails later. */
export const misfits = ({ slice, project, clusters }: Names): Misfit[] => {
  const pairs = clusters.flatMap((a, index) => clusters.slice(index + 1).map((b) => ({ a, b, sum: slice.length + a.length + b.length })));
  return [
    ...pairs
      .filter(({ sum }) => sum > LONGEST_SUM)
      .map(({ a, b, sum }) => ({
        what: told`the names ${slice}, ${a} and ${b} are too long together`,
        evidence: `${sum} characters; KubeSlice's Service svc-${slice}-${a}-${b}-0-0 leaves ${LONGEST_SUM} for the three`,
      })),
    ...(slice.length > LONGEST_SLICE
      ? [
          {
            what: told`the slice name ${slice} is too long`,
            evidence: `${slice.length} characters; vl3-slice-router-${slice} leaves ${LONGEST_SLICE}`,
          },
        ]
      : []),
    ...(/^[a-z][-a-z0-9]*$/.test(slice)
      ? []
      : [
          {
            what: told`the slice name ${slice} is not allowed`,
            evidence: 'it must begin with a letter and have no dots: Services are named after it',
          },
        ]),
    ...(project.length > LONGEST_PROJECT
      ? [{ what: told`the project name ${project} is too long`, evidence: `${project.length} characters; KubeSlice allows ${LONGEST_PROJECT}` }]
      : []),
  ];
};
