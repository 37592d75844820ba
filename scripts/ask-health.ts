// pgdist health: exit 0 when the process on HEALTH_PORT of this machine lives, 1 when it does not or says nothing within 3 s.
const TIMEOUT_MS = 3_000;
const url = `http://127.0.0.1:${process.env['HEALTH_PORT'] ?? '8080'}/healthz`;
try {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!ok) process.stderr.write(`${url} answers ${status}\n`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${url} gives no answer: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
