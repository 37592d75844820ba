import type { CallFault, DeliveryFault } from './contract.ts';

/** What was ordered to go wrong, taken by the calls and deliveries that it befalls. */
export interface FaultPlan {
  next(method: string, fault: CallFault, times?: number): void;
  always(method: string, fault: CallFault): void;
  sometimes(method: string, fault: CallFault, share: number): void;
  nextDelivery(fault: DeliveryFault, times?: number): void;
  takeCall(method: string): CallFault | undefined;
  takeDelivery(): DeliveryFault | undefined;
  clear(): void;
}

export const createFaultPlan = (random: () => number = Math.random): FaultPlan => {
  let calls: { readonly method: string; readonly fault: CallFault; readonly share: number; left: number }[] = [];
  let deliveries: DeliveryFault[] = [];
  return {
    next: (method, fault, times = 1) => void calls.push({ method, fault, share: 1, left: times }),
    always: (method, fault) => void calls.push({ method, fault, share: 1, left: Infinity }),
    sometimes: (method, fault, share) => void calls.push({ method, fault, share, left: Infinity }),
    nextDelivery: (fault, times = 1) => void deliveries.push(...Array.from({ length: times }, () => fault)),
    takeCall: (method) => {
      const found = calls.find(
        (entry) => entry.left > 0 && (entry.method === method || entry.method === '*') && (entry.share >= 1 || random() < entry.share),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
    takeDelivery: () => deliveries.shift(),
    clear: () => {
      calls = [];
      deliveries = [];
    },
  };
};
