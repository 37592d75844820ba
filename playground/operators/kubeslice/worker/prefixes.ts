import { parse } from 'yaml';
import { z } from 'zod';
import type { OperatorClient } from '../../../control/kit.ts';
import type { SimulatedTime } from '../../../control/simulated-time.ts';
import { CONFIG_MAP, NODE, POD, WORKER_NAMESPACE } from '../kinds.ts';

const NSM_CONFIG = { ...CONFIG_MAP, namespace: WORKER_NAMESPACE, name: 'nsm-config' };
/** Where exclude-prefixes writes and the operator reads; the list in it is `Prefixes`. */
const KEY = 'excluded_prefixes_output.yaml';
const written = z.object({ Prefixes: z.array(z.string()) });
/** How often the pod that writes is looked for. */
const RETRY_MS = 1000;

/** What exclude-prefixes beside nsmgr does: writes the cluster's ranges into nsm-config while nsmgr runs, again when somebody takes them out. */
export const keepPrefixes = async (
  spoke: OperatorClient,
  serviceSubnet: string,
  { signal, time, onError }: { readonly signal: AbortSignal; readonly time: SimulatedTime; readonly onError: (error: unknown) => void },
): Promise<void> => {
  const { name, ...place } = NSM_CONFIG;
  await spoke.control(
    { ...place, fieldSelector: `metadata.name=${name}` },
    async (configMap) => {
      while (!(await nsmgrRuns(spoke))) if (!(await time.after(RETRY_MS, signal))) return;
      const ranges = (await spoke.list(NODE)).map(({ spec }) => spec?.podCIDR as string | undefined).filter((range) => range !== undefined);
      const text = `Prefixes:\n${[...new Set([...ranges, serviceSubnet])].map((range) => `- ${range}\n`).join('')}`;
      if (configMap.data?.[KEY] !== text) await spoke.merge(NSM_CONFIG, { data: { [KEY]: text } });
    },
    { signal, onError },
  );
};

/** The cluster's ranges as the operator reads them; empty while nobody has written them. */
export const prefixesOf = async (spoke: OperatorClient): Promise<string[]> => {
  const { success, data } = written.safeParse(parse(String((await spoke.get(NSM_CONFIG))?.data?.[KEY] ?? '')));
  return success ? data.Prefixes : [];
};

const nsmgrRuns = async (spoke: OperatorClient): Promise<boolean> =>
  (await spoke.list({ ...POD, namespace: WORKER_NAMESPACE, labelSelector: 'app=nsmgr' })).some(({ status }) => status?.phase === 'Running');
