import type { Measure } from '../bench.ts';
export const guide: Measure = async () => [];
