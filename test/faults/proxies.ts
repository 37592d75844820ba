import type { FreezableProxy } from '../support/freezable-proxy.ts';

type Ways = Pick<FreezableProxy, 'freeze' | 'thaw' | 'cut'>;

/** Several proxies that stand still together. */
export const bundleOf = (proxies: readonly FreezableProxy[]): Ways => ({
  freeze: (what) => proxies.forEach((proxy) => proxy.freeze(what)),
  thaw: () => proxies.forEach((proxy) => proxy.thaw()),
  cut: () => proxies.forEach((proxy) => proxy.cut()),
});
