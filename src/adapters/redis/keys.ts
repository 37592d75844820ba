/** Every key of pgdist in Redis; `prefix` keeps installations on one Redis apart. */
export const keysOf = (prefix: string) => ({
  /** Hash of revision and json, and of Redis's start in which it was created. */
  run: (id: string) => `${prefix}:run:${id}`,
  /** Sorted set of run ids by the instant of the request. */
  runs: `${prefix}:runs`,
  /** Set of ids of runs in a state that is not terminal. */
  live: `${prefix}:live`,
  /** Sorted set of the ids of live runs by the instant at which the reconciler has to look at them. */
  look: `${prefix}:look`,
  /** Id of the run that may write to the fleet. */
  fleet: (name: string) => `${prefix}:fleet:${name}`,
  /** Id of the run that is to deploy the database once the one that is at it has ended. */
  waitingToDeploy: (fleet: string, database: string) => `${prefix}:waiting-to-deploy:${fleet}:${database}`,
  /** Id of the run that deploys the database: there is one plan at a time. */
  deploying: (fleet: string, database: string) => `${prefix}:deploying:${fleet}:${database}`,
  /** Who locked the database against deploys, when and why. */
  locked: (fleet: string, database: string) => `${prefix}:locked:${fleet}:${database}`,
  /** Commands that were taken. */
  seen: (idempotencyKey: string) => `${prefix}:seen:${idempotencyKey}`,
  cancel: (id: string) => `${prefix}:cancel:${id}`,
  waiting: (id: string) => `${prefix}:waiting:${id}`,
  /** Hash of pods by the instant at which they were last seen streaming. */
  streaming: (fleet: string, database: string) => `${prefix}:streaming:${fleet}:${database}`,
  /** Id of the run whose card is this message. */
  thread: (channel: string, ts: string) => `${prefix}:thread:${channel}:${ts}`,
  shown: (id: string) => `${prefix}:shown:${id}`,
  /** Epoch of the lease under which it was stored last. */
  shownEpoch: (id: string) => `${prefix}:shown-epoch:${id}`,
  /** Bytes of the file of a bundle, for two hours. */
  bundle: (id: string) => `${prefix}:bundle:${id}`,
  lease: (name: string) => `${prefix}:lease:${name}`,
  /** Lives as long as the worker of this name said that it lives. */
  worker: (name: string) => `${prefix}:worker:${name}`,
  /** Sorted set of the names of workers by the instant at which each was heard last. */
  workers: `${prefix}:workers`,
  /** Hash: `id` of what Redis holds since it was empty last; `ended`: threads of runs from before are ended; `start`: number of Redis's last start. */
  life: `${prefix}:life`,
  /** Number of times that a lease was taken, whatever its name. */
  epochs: `${prefix}:epochs`,
  /** Sorted set of run ids by the instant at which the reporter has to look at them. */
  reportDue: `${prefix}:report-due`,
  /** List of what looks saw of the lag of a database, the newest first. */
  lag: (fleet: string, database: string) => `${prefix}:lag:${fleet}:${database}`,
  /** Sorted set of databases by the instant of their next look. */
  watchDue: `${prefix}:watch-due`,
  /** Hash of revision and json: what the watch remembers of a database. */
  watched: (fleet: string, database: string) => `${prefix}:watched:${fleet}:${database}`,
  alert: (id: string) => `${prefix}:alert:${id}`,
  /** What differed at the last look ahead from what was approved. */
  drift: (fleet: string, database: string) => `${prefix}:drift:${fleet}:${database}`,
  /** JSON of who opened the Home tab, for an hour. */
  visitor: (userId: string) => `${prefix}:visitor:${userId}`,
  /** Sorted set of these people by the instant at which they did. */
  visitors: `${prefix}:visitors`,
  /** JSON of what somebody asked and was not told the end of, for half an hour. */
  owedAnswer: (id: string) => `${prefix}:owed:${id}`,
  /** Sorted set of these requests by the instant from which another process tells it. */
  owed: `${prefix}:owed`,
  /** Set of people who want no direct messages. */
  notNotified: `${prefix}:not-notified`,
  /** Until its end. */
  mute: (fleet: string, database: string) => `${prefix}:mute:${fleet}:${database}`,
  /** Id of the last deploy that changed or verified the database. */
  lastDeploy: (fleet: string, database: string) => `${prefix}:last-deploy:${fleet}:${database}`,
  /** Stream of the audit chain. */
  audit: `${prefix}:audit`,
  /** Number and hash of its newest entry. */
  auditHead: `${prefix}:audit-head`,
  /** List of the stream's ids of the entries about a run. */
  auditOf: (run: string) => `${prefix}:audit-of:${run}`,
  /** Sorted set of the calls of Slack that share a limit, by instant; for a minute. */
  slackCalls: (call: string) => `${prefix}:slack-calls:${call}`,
  /** Hash of until when they rest, and of how many in a row were not answered. */
  slackRest: (call: string) => `${prefix}:slack-rest:${call}`,
  /** Written now and then on each connection, to find out whether it can write. */
  pulse: `${prefix}:pulse`,
  installation: `${prefix}:installation`,
  /** Pub/sub channel of ids of runs to be cancelled. */
  cancelChannel: `${prefix}:cancelled`,
  /** Prefix of BullMQ's own keys. */
  queues: `${prefix}:queue`,
});

export type Keys = ReturnType<typeof keysOf>;
