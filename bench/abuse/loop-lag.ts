import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Loaded into a worker before its own code: tells the parent how far the event loop was behind, in milliseconds. */
const RESOLUTION_MS = 10;
const EVERY_MS = 100;

const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();
process.channel?.unref();
setInterval(() => {
  process.send?.({ lagMs: histogram.max / 1e6 - RESOLUTION_MS });
  histogram.reset();
}, EVERY_MS).unref();
