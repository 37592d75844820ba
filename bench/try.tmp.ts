import { openLab } from './lab.ts';
import { record, isOurs, isWrite } from './recorder.ts';
import { waitsOf } from './critical-path/waits.ts';
import { cpuMs, residentMb } from './process-use.ts';
const n = Number(process.argv[2] ?? 2), speed = Number(process.argv[3] ?? 10);
const lab = await openLab({ clusters: n, speed, redisUrl: process.env.REDIS_URL! });
try {
  await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 60');
  const rec = record(lab.fleet);
  const c0 = process.cpuUsage(), w0=Date.now(), wc=cpuMs(lab.worker.pid!);
  await lab.play('bob: approve\nwait succeeded 300').catch(e=>console.log(String(e).slice(0,3000)));
  const run = await lab.ended();
  const click = lab.slack.deliveries.filter(d=>d.kind==='interactive').at(-1)!.sentAt.getTime();
  const wall = Date.parse(run.endedAt!)-click;
  console.log('state', run.state, 'wall', wall, 'bench cpu', process.cpuUsage(c0), 'over', Date.now()-w0, 'worker cpu', cpuMs(lab.worker.pid!)-wc, 'rss', residentMb(lab.bot.pid!), residentMb(lab.worker.pid!));
  console.log('slack calls', lab.slack.calls.length);
  const waits = await waitsOf(run, rec);
  const sum = waits.reduce((s,w)=>s+w.waitMs,0);
  console.log('waits', sum, 'ratio', wall/sum, 'unaccounted', wall - waits.reduce((s,w)=>s+w.tookMs,0));
  for (const w of waits) console.log(w.id.padEnd(50), w.tookMs, w.waitMs, w.tookMs-w.waitMs);
  const ours = rec.requests.filter(isOurs);
  const by = Object.entries(Object.groupBy(ours, r=>`${r.userAgent.slice(0,9)} ${r.query.has('watch')?'WATCH':r.query.has('dryRun')?'DRY':r.method} ${r.path.split('/').slice(-3).join('/')}`)).map(([k,v])=>[v!.length,k] as const).sort((a,b)=>b[0]-a[0]).slice(0,40);
  console.log('changes', rec.changes.length, 'requests', rec.requests.length, 'ours', ours.length); for (const [c,k] of by) console.log(c,k);
} finally { (await import('node:fs')).cpSync(lab.folder+'/worker.log','/tmp/worker.log'); (await import('node:fs')).cpSync(lab.folder+'/bot.log','/tmp/bot.log'); await lab.close(); }
