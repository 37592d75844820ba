import type { DeliveryRecord } from './contract.ts';

/** Something for the app: a slash command, an interaction or an event. */
export interface Parcel {
  readonly kind: DeliveryRecord['kind'];
  readonly payload: Readonly<Record<string, unknown>>;
  /** Request URL; absent: over Socket Mode. */
  readonly url: string | undefined;
  /** Events only: the how manieth retry this is. */
  readonly retry?: { readonly number: number; readonly reason: string };
}

export type Receipt =
  | { readonly result: 'acknowledged'; readonly ack: unknown }
  | { readonly result: 'operation_timeout' }
  | { readonly result: 'dispatch_failed' };

/** Hands a parcel to the app and waits for its acknowledgement, at most the ack timeout. Never rejects. */
export type Deliver = (parcel: Parcel) => Promise<Receipt>;

export type MutableRecord = { -readonly [Member in keyof DeliveryRecord]: DeliveryRecord[Member] };

export const createDeliver =
  (ways: { readonly overSocket: Deliver; readonly overHttp: Deliver }): Deliver =>
  (parcel) =>
    parcel.url === undefined ? ways.overSocket(parcel) : ways.overHttp(parcel);
