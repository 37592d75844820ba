/** One fleet, one database and one run in every state, at fixed instants. */
export * from './fixtures/demo.ts';
export * from './fixtures/plan.ts';
export * from './fixtures/problems.ts';
export * from './fixtures/replication.ts';
export * from './fixtures/deploys.ts';
export * from './fixtures/answers.ts';
