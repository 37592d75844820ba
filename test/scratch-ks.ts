import { joinedFleet } from './support/joined-fleet.ts';
import * as ks from '../src/steps/kubeslice/index.ts';
import { sliceNamesForwarded, sliceNamesResolve } from '../src/steps/coredns/index.ts';
import { waitForHealth } from '../src/runs/wait-for-health.ts';
import { testProgress } from './support/walk.ts';
const t0=performance.now(); const at=()=>((performance.now()-t0)/1000).toFixed(1);
const f = await joinedFleet({ speed: Number(process.env.SPEED ?? 20), onError: (e) => console.log(at(), 'standin', String((e as Error).message).slice(0, 200)) });
console.log(at(),'started');
const { fleet, context } = f;
const steps = [ks.controllerInstalled(fleet), ks.projectReady(fleet), ...fleet.clusters.map(c=>ks.gatewayLabelled(fleet,c)), ...fleet.clusters.map(c=>ks.clusterRegistered(fleet,c)), ks.workerRendered(fleet), ...fleet.clusters.map(c=>ks.workerNamed(fleet,c)), ...fleet.clusters.map(c=>ks.workerHealthy(fleet,c)), ks.sliceConfigured(fleet,f.database), ...ks.pairsOf(fleet).map(([a,b])=>ks.tunnelUp(fleet,a,b)), ...fleet.clusters.map(c=>sliceNamesForwarded(fleet,c)), ...fleet.clusters.map(c=>sliceNamesResolve(fleet,c))];
try {
for (const step of steps) {
  let finding: any;
  for(let i=0;i<20;i++) { try { finding = await step.check(context); break; } catch (e) { console.log(at(), step.id, 'check threw', (e as Error).name, (e as Error).message); await new Promise(r=>setTimeout(r,500)); } }
  console.log(at(), step.id, JSON.stringify(finding).slice(0,400));
  if (finding.kind==='change') { await step.apply(context); console.log(at(), ' applied'); }
  const progress = testProgress();
  const walk: any = { tools: { ...context, random: { number: () => 0.5, id: () => 'x' } }, progress, cluster: f.cluster };
  let last='';
  const iv=setInterval(()=>{const w=JSON.stringify(progress.texts); if(w!==last){last=w;console.log(at(),'   waiting',w)}},50);
  const v = await waitForHealth({...step, verifyTimeoutMs: Math.min(step.verifyTimeoutMs, 30000)}, walk, ()=>{});
  clearInterval(iv);
  console.log(at(), '  ', v.healthy ? 'OK '+v.evidence : JSON.stringify(v), (v as any).warnings ?? '');
  if(!v.healthy) break;
  const again = await step.check(context); if(again.kind!=='in-place') console.log('   NOT IN PLACE', JSON.stringify(again));
}
} catch(e) { console.log(e); }
await f.close(); console.log(at(),'closed');
process.exit(0);
