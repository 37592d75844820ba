import { toolPaths } from '../../../playground/tools.ts';
import { isWrite } from '../audit.ts';
import { openFaultLab, type FaultLab } from '../lab.ts';
import { withoutChance, type Sentry } from './boundary.ts';
import { openToolGate } from './tool-gate.ts';

const PASSES: Sentry = async () => 'goes on';

/** A lab in which a sentry stands at every boundary: API servers, Redis, Slack, and the start of each tool. */
export interface GuardedLab {
  readonly lab: FaultLab;
  /** From now on this one is asked. */
  post(sentry: Sentry): void;
  close(): Promise<void>;
}

export const openGuardedLab = async (patienceMs: number): Promise<GuardedLab> => {
  let sentry = PASSES;
  let lab: FaultLab | undefined;
  const asks: Sentry = (crossing, side) => sentry(crossing, side);
  const { helm } = await toolPaths();
  const gate = await openToolGate(
    ['helm', 'clusteradm'],
    (pid) => lab?.workers.find(({ process }) => process.pid === pid)?.name,
    (tool) => (tool === 'helm' ? helm : `${lab!.playground.fleet.bin}/clusteradm`),
    () => asks,
  );
  lab = await openFaultLab({ patienceMs, toolsIn: gate.folder, sentry: asks }).catch(async (error: unknown) => {
    await gate.close();
    throw error;
  });
  const stops = [...lab.playground.fleet.apis].flatMap(([cluster, api]) => {
    const { order } = api.faults;
    const worker = ({ authorization }: { readonly authorization: string }): string | undefined => lab?.workerOf(authorization);
    return (['before', 'after'] as const).map((when) =>
      order(
        {
          kind: 'held',
          when,
          until({ method, url, userAgent, authorization }) {
            const [path = ''] = url.split('?');
            const kind = isWrite(method, url) ? 'write' : 'read';
            const name = withoutChance(`${cluster} ${userAgent.split('/')[0]} ${method} ${path}`);
            return asks({ kind, name, process: lab?.workerOf(authorization) ?? '' }, when);
          },
        },
        (request) => worker(request) !== undefined && !/[?&]watch=/.test(request.url),
      ),
    );
  });
  return {
    lab,
    post: (next) => void (sentry = next),
    async close() {
      sentry = PASSES;
      for (const stop of stops) stop();
      await lab.close();
      await gate.close();
    },
  };
};
