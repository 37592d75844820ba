import { runCli } from '../../../src/adapters/cli/run-cli.ts';
import { withToolHome } from '../../../src/adapters/cli/tool-home.ts';

/** A process that runs the tool `busy` of PATH under a lease of 800 ms, which it renews as long as its event loop turns. */
const LEASE_MS = 800;
let untilMs = performance.now() + LEASE_MS;
setInterval(() => (untilMs = performance.now() + LEASE_MS), LEASE_MS / 8);

const { exitCode } = await withToolHome('apiVersion: v1', ({ environment }) =>
  runCli({
    tool: 'busy',
    args: [],
    environment,
    signal: new AbortController().signal,
    timeoutMs: 2 ** 31 - 1,
    leftMs: () => untilMs - performance.now(),
  }),
);
process.exit(exitCode ?? 1);
