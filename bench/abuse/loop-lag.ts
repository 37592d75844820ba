/**
 * Loaded into a worker before its own code: tells the parent how far the event loop was behind, in milliseconds, and how long its own thread was
 * computing meanwhile: on a busy machine the first counts the others' turns too.
 */
const TICK_MS = 10;
const EVERY_TICKS = 10;

let behindMs = 0;
let heldMs = 0;
let ticks = 0;
let atMs = performance.now();
let cpu = process.threadCpuUsage();

process.channel?.unref();
setInterval(() => {
  const nowMs = performance.now();
  const { user, system } = process.threadCpuUsage(cpu);
  behindMs = Math.max(behindMs, nowMs - atMs - TICK_MS);
  heldMs = Math.max(heldMs, (user + system) / 1000);
  atMs = nowMs;
  cpu = process.threadCpuUsage();
  ticks += 1;
  if (ticks % EVERY_TICKS !== 0) return;
  process.send?.({ behindMs, heldMs });
  behindMs = 0;
  heldMs = 0;
}, TICK_MS).unref();
