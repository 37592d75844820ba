import { bash, words } from '../../domain/by-hand.ts';
import type { Fleet } from '../../domain/fleet.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { told } from '../../domain/text.ts';

const NEEDED = [
  { tool: 'helm', remedy: told`Install helm 3.8 or newer where the worker runs, or use the image of pgdist, which brings it.` },
  { tool: 'clusteradm', remedy: told`Install clusteradm where the worker runs, or use the image of pgdist, which brings it.` },
] as const;

/** The installers that pgdist runs are on the worker's PATH. */
export const toolsPresent = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/tools-present',
    title: 'helm and clusteradm are installed',
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: [],
    byHand: async () => ({
      does: [
        bash`for tool in kubectl ${words(...NEEDED.map(({ tool }) => tool))}; do
  command -v "$tool" > /dev/null || fail "$tool is not on PATH"
done
case "$(kubectl wait --help)" in *--for=create*) ;; *) fail 'kubectl 1.31 or newer is needed: this one cannot wait for what is not there yet' ;; esac`,
      ],
      awaits: [],
    }),
    async examine(context) {
      const found = await Promise.all(NEEDED.map(async ({ tool, remedy }) => ({ tool, remedy, version: await context.toolVersion(tool) })));
      return {
        evidence: found.map(({ tool, version }) => `${tool} ${version}`).join(', '),
        problems: found
          .filter(({ version }) => version === undefined)
          .map(({ tool, remedy }) => ({
            code: 'PGD-013',
            what: told`${tool} is missing on the worker`,
            evidence: [`no ${tool} on the worker's PATH gives a version`],
            remedy,
          })),
      };
    },
  });
