import { paragraph, type ProblemPage } from './page.ts';

/** Runs and pgdist itself. */
export const RUNS = {
  'PGD-090': {
    title: 'step did not finish in time',
    meaning: paragraph`Every attempt was turned away: too many requests, or somebody changed the object each time in between.`,
    looksAt: paragraph`each attempt; there are five, with growing pauses.`,
    remedy: paragraph`Retry when the cluster is less busy; look for a controller that writes to the object that the message names.`,
  },
  'PGD-091': {
    title: 'run was given up after its worker crashed or lost its lease again and again',
    meaning: paragraph`Five times in a row the worker that took up the run was gone before its phase ended or got one step further: killed for want of
      memory, ended by a bug, cut off from Redis, or so short of CPU that it could not renew its lease. Something that the run reads may be what ends it, so
      it is not tried for ever.`,
    looksAt: paragraph`its own lease of the run: a worker that hands the run back when it is told to stop does not count.`,
    remedy: paragraph`look why the workers ended (\`kubectl describe pod\`, \`OOMKilled\`, the last lines of the log before the restart), or why they lost
      the lease (\`lease lost\` in the log: the CPU limit, Redis), then Retry.`,
  },
  'PGD-092': {
    title: 'something differs from what was approved',
    meaning: paragraph`Somebody changed or removed what a deploy had brought about. The database may be well all the same; a later deploy would change it back.
      It is told as a notice, once for each difference, when two looks an hour apart saw it.`,
    looksAt: paragraph`what a plan would change now, with the configuration of the last deploy that succeeded.`,
    remedy: paragraph`find out who changed it; deploy puts it back, or write into \`pgdist.yaml\` what it should be.`,
  },
  'PGD-093': {
    title: 'a licence or certificate ends soon',
    meaning: paragraph`Something that a person has to renew ends within 30 days. It is told at 30, 7 and 1 days before its end, each once; what is made for a few days
      alone is told later, or not at all.`,
    looksAt: paragraph`the KubeDB licence, and the client certificates that the worker's kubeconfig has. Certificates that a credential plugin renews are left out.`,
    remedy: paragraph`renew what the message names; pgdist reads it again when it changes.`,
  },
  'PGD-094': {
    title: 'no worker of pgdist is alive',
    meaning: paragraph`The bot takes commands and clicks, workers do the work: while none is alive, what was asked is kept, and nothing is changed on any cluster.
      It is told within 5 s, with the time at which the last one was heard.`,
    looksAt: paragraph`the heartbeats of all workers in Redis. A bot that could not listen for long enough says nothing.`,
    remedy: paragraph`start a worker: it goes on where the last one was. Its log, or \`kubectl describe\` of its pod, says why it ended: killed for want of memory,
      as a rule.`,
  },
  'PGD-095': {
    title: "the run's fleet is not configured any more",
    meaning: paragraph`pgdist.yaml has several fleets, and none by the name that the run was asked for. Which licence, whose approvers and which
      charts count for it nobody can say, so that the run ends where it is. What it did stays in place.`,
    looksAt: paragraph`the names under \`fleets\` of the worker's pgdist.yaml, and the one that the run was stored with.`,
    remedy: paragraph`put the fleet back by this name, restart pgdist with it, and Retry; or leave the run as it is.`,
  },
  'PGD-099': {
    title: 'a bug in pgdist',
    meaning: paragraph`Something happened that nobody had thought of. The thread names the run; the worker's log has the stack under that id.`,
    looksAt: paragraph`nothing further: the run ends, what is done stays.`,
    remedy: paragraph`Retry once; then report it with the lines of the log.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
