/** DNS of each cluster for names of the slice. */
export { sliceNamesForwarded } from './slice-names-forwarded.ts';
export { sliceNamesResolve } from './slice-names-resolve.ts';
