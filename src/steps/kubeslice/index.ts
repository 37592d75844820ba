/** KubeSlice: what joins the clusters' pods into one network. */
export { clusterRegistered } from './cluster-registered.ts';
export { controllerInstalled } from './controller-installed.ts';
export { gatewayLabelled } from './gateway-labelled.ts';
export { projectReady } from './project-ready.ts';
export { sliceConfigured } from './slice-configured.ts';
export { pairsOf, tunnelUp } from './tunnel-up.ts';
export { workerHealthy } from './worker-healthy.ts';
export { workerNamed } from './worker-named.ts';
export { workerRendered } from './worker-rendered.ts';
