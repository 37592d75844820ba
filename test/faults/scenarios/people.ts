import { operatorClient } from '../../../playground/control/kit.ts';
import { isTerminal } from '../../../src/domain/run.ts';
import { FAULTS } from '../catalogue.ts';
import { MOMENTS } from '../moments.ts';
import { approved, buttonOf, click, clickAt, inState, insist, openRejection, planned, toldAlone, type } from '../people.ts';
import { goOn } from '../play.ts';
import { newestOf, runsOf, type Scenario } from '../scene.ts';
import { until } from '../until.ts';

const demand = (isSo: boolean, otherwise: string): void => {
  if (!isSo) throw new Error(otherwise);
};

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Two people on one fleet, who click and type at the same moment. A new scenario is an entry here. */
export const PEOPLE: readonly Scenario[] = [
  {
    name: 'Approve is clicked five times at once',
    fleet: 'stands',
    quick: true,
    async play(scene) {
      await planned(scene);
      const ts = await buttonOf(scene, 'approve');
      await Promise.all(times(5, () => clickAt(scene, 'bob', 'approve', ts)));
      const { id } = await inState(scene, 'succeeded');
      const { entries } = await scene.record.store.auditOf(id, 50);
      const taken = entries.filter(({ deed, outcome }) => deed === 'approve' && outcome === 'done').length;
      demand(taken === 1, `it was approved ${taken} times`);
    },
  },
  {
    name: 'Approve and Reject come in the same moment',
    fleet: 'stands',
    quick: true,
    async play(scene) {
      await planned(scene);
      const reject = await openRejection(scene, 'alice');
      const ts = await buttonOf(scene, 'approve');
      const [approval, rejection] = await Promise.all([clickAt(scene, 'bob', 'approve', ts), reject()]);
      const run = await inState(scene, 'succeeded', 'rejected');
      demand((run.approval === undefined) !== (run.rejection === undefined), `it is ${run.state}; told: ${approval} / ${rejection}`);
      demand(run.state === 'succeeded' || !scene.audit.writes.some(({ atMs }) => atMs > scene.sinceMs), 'a rejected plan was written');
    },
  },
  {
    name: 'Cancel comes in the same moment as Approve',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      const [approve, cancel] = [await buttonOf(scene, 'approve'), await buttonOf(scene, 'cancel')];
      await Promise.all([clickAt(scene, 'bob', 'approve', approve), clickAt(scene, 'alice', 'cancel', cancel)]);
      const run = await inState(scene, 'succeeded', 'cancelled');
      if (run.state === 'cancelled') await goOn(scene, 'retry');
    },
  },
  {
    name: 'a plan is approved after it expired, while no worker is alive',
    fleet: 'stands',
    approvalMinutes: 1,
    async play(scene) {
      const { planExpiresAt = '' } = await planned(scene);
      const ts = await buttonOf(scene, 'approve');
      await Promise.all(scene.workers.map(({ process: worker }) => worker.kill()));
      await until('the plan is too old', scene.patienceMs, () => (new Date().toISOString() > planExpiresAt ? true : undefined));
      await clickAt(scene, 'bob', 'approve', ts);
      await until('bob is told that it expired', scene.patienceMs, () =>
        toldAlone(scene, 'bob').some((text) => text.includes('expired')) ? true : undefined,
      );
      await Promise.all(scene.workers.map(({ process: worker }) => worker.start()));
      await inState(scene, 'expired');
      await goOn(scene, 'plan-again');
    },
  },
  {
    name: 'Retry is pressed five times at once',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      await approved(scene);
      await MOMENTS['at the first write'](scene);
      const giveBack = await FAULTS['right to patch databases taken'].begin(scene);
      await inState(scene, 'failed');
      await giveBack();
      const ts = await buttonOf(scene, 'retry');
      await Promise.all(times(5, (index) => clickAt(scene, index % 2 === 0 ? 'alice' : 'bob', 'retry', ts)));
      const run = await inState(scene, 'succeeded', 'awaiting-approval');
      if (run.state === 'awaiting-approval') await approved(scene);
      demand((await inState(scene, 'succeeded')).retries === 1, 'one end was retried more than once');
    },
  },
  {
    name: 'two deploys of one database are typed in the same moment',
    fleet: 'stands',
    quick: true,
    async play(scene) {
      const line = `/pgdist deploy ${scene.database}`;
      await Promise.all([type(scene, 'alice', line), type(scene, 'bob', line)]);
      const runs = await runsOf(scene);
      demand(runs.length === 1, `${runs.length} runs were accepted`);
      const { requestedBy } = await inState(scene, 'awaiting-approval');
      await approved(scene, requestedBy.userId === 'U0ALICE' ? 'bob' : 'alice');
      await inState(scene, 'succeeded');
    },
  },
  {
    name: 'one deploy is typed ten times while it plans',
    fleet: 'stands',
    async play(scene) {
      await Promise.all(times(10, () => type(scene, 'alice', `/pgdist deploy ${scene.database}`)));
      demand((await runsOf(scene)).length === 1, `${(await runsOf(scene)).length} runs were accepted`);
      await inState(scene, 'awaiting-approval');
      await approved(scene);
      await inState(scene, 'succeeded');
    },
  },
  {
    name: 'a command and a click are delivered twice to two bots while they are restarted',
    fleet: 'stands',
    async play(scene) {
      const stopSecond = await scene.startSecondBot();
      const endTwice = await FAULTS['slack delivers twice'].begin(scene);
      await planned(scene);
      const restarting = FAULTS['rolling restart'].begin(scene);
      await approved(scene);
      await inState(scene, 'succeeded');
      await Promise.all([restarting, endTwice()]);
      await stopSecond();
      demand((await runsOf(scene)).length === 1, 'one command made two runs');
    },
  },
  {
    name: 'two bots and two workers are restarted one by one, from the command to the end',
    fleet: 'stands',
    async play(scene) {
      const stopSecond = await scene.startSecondBot();
      const restarting = (async () => {
        for (let round = 0; round < 2; round += 1) await FAULTS['rolling restart'].begin(scene);
      })();
      await planned(scene);
      await approved(scene);
      await inState(scene, 'succeeded');
      await restarting;
      await stopSecond();
    },
  },
  {
    name: 'somebody changes the database by hand between its plan and its approval',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      const byHand = await FAULTS['another manager'].begin(scene);
      await approved(scene);
      await inState(scene, 'superseded');
      await byHand();
      await goOn(scene, 'plan-again');
    },
  },
  {
    name: 'somebody labels the Postgres object by hand in mid-run',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      await approved(scene);
      await MOMENTS['while the database starts'](scene);
      const hub = operatorClient(scene.playground.fleet.connections[0]!, 'kubectl-edit');
      await hub.merge(
        { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: 'demo', name: scene.database },
        { metadata: { labels: { 'edited-by': 'carol' } } },
      );
      await hub.close();
      await inState(scene, 'succeeded');
    },
  },
  {
    name: 'a deploy is cancelled while it writes, by two people at once, and retried',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      await approved(scene);
      await MOMENTS['at the first write'](scene);
      const ts = await buttonOf(scene, 'cancel');
      await Promise.all([clickAt(scene, 'alice', 'cancel', ts), clickAt(scene, 'bob', 'cancel', ts)]);
      const run = await inState(scene, 'cancelled', 'succeeded');
      if (run.state === 'cancelled') await goOn(scene, 'retry');
    },
  },
  {
    name: 'a deploy is cancelled while helm hangs',
    fleet: 'untouched',
    async play(scene) {
      await planned(scene);
      await approved(scene);
      await MOMENTS['while helm runs'](scene);
      await FAULTS['tools frozen'].begin(scene);
      await insist(
        'alice: cancel',
        () => click(scene, 'alice', 'cancel'),
        async () => isCancelling(await newestOf(scene)),
      );
      await until('it is cancelled', scene.patienceMs, async () => {
        const run = await newestOf(scene);
        return run !== undefined && isTerminal(run.state) ? true : undefined;
      });
      await goOn(scene, 'retry');
    },
  },
  {
    name: 'status and verify are asked twenty times while a deploy writes and its worker is killed',
    fleet: 'stands',
    async play(scene) {
      await planned(scene);
      await approved(scene);
      await MOMENTS['at the first write'](scene);
      const start = await FAULTS['worker killed'].begin(scene);
      await Promise.all(times(20, (index) => type(scene, 'bob', `/pgdist ${index % 2 === 0 ? 'status' : 'verify'} postgres`)));
      await start();
      await inState(scene, 'succeeded');
      await until('every question is answered', scene.patienceMs, async () =>
        (await scene.record.store.list(50)).every(({ state }) => isTerminal(state)) ? true : undefined,
      );
    },
  },
];

const isCancelling = (run: Awaited<ReturnType<typeof newestOf>>): boolean =>
  run !== undefined && (run.state === 'cancelling' || run.cancelledBy !== undefined);
