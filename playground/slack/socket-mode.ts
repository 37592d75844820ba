import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { defaultAckTimeoutMs, within } from './ack-clock.ts';
import type { SlackFaults } from './contract.ts';
import type { Deliver, MutableRecord, Parcel, Receipt } from './delivery.ts';
import type { FaultPlan } from './faults.ts';
import { newSecret } from './ids.ts';
import type { Workspace } from './workspace.ts';

export interface SocketMode {
  /** A WebSocket URL for one connection. */
  issueUrl(): string;
  /** False when the path is not one of the issued ones. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  connections(): number;
  readonly deliver: Deliver;
  disconnect: SlackFaults['disconnect'];
  withholdHello: SlackFaults['withholdHello'];
  drop(): void;
  close(): void;
}

/** docs.slack.dev/apis/events-api/using-socket-mode: connections an app may have. */
const maxConnections = 10;

const ackFrame = z.object({ envelope_id: z.string(), payload: z.unknown() });

/** Socket Mode: every envelope goes to exactly one connection, chosen at random, and is answered with its id. */
export const createSocketMode = (given: {
  readonly workspace: Workspace;
  readonly faults: FaultPlan;
  readonly records: MutableRecord[];
  readonly closing: AbortSignal;
}): SocketMode => {
  const { workspace, faults, records, closing } = given;
  const random = workspace.options.random ?? Math.random;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open = new Map<WebSocket, number>();
  const waiting = new Map<string, { readonly record: MutableRecord; answer(payload: unknown): void }>();
  let opened = 0;
  let withheld = 0;
  const ungreeted = new Set<WebSocket>();

  const welcome = (socket: WebSocket): void => {
    if (open.size >= maxConnections) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      socket.close();
      return;
    }
    if (withheld > 0) {
      withheld -= 1;
      ungreeted.add(socket);
      socket.on('error', () => socket.terminate());
      socket.on('close', () => ungreeted.delete(socket));
      return;
    }
    opened += 1;
    open.set(socket, opened);
    socket.on('message', (data) => acknowledge(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      open.delete(socket);
      workspace.changed({ kind: 'connection' });
    });
    socket.send(JSON.stringify(helloFrame(workspace, open.size)));
    workspace.changed({ kind: 'connection' });
  };

  const acknowledge = (data: WebSocket.RawData): void => {
    const frame = ackFrame.safeParse(parse(data));
    const found = frame.success ? waiting.get(frame.data.envelope_id) : undefined;
    if (!frame.success || !found) return;
    if (found.record.outcome === 'pending') found.answer(frame.data.payload);
    else found.record.extraAcks += 1;
  };

  const deliver = async (parcel: Parcel): Promise<Receipt> => {
    const fault = faults.takeDelivery();
    const record: MutableRecord = {
      kind: parcel.kind,
      over: 'socket',
      envelopeId: randomUUID(),
      outcome: 'pending',
      sentAt: workspace.clock.now(),
      extraAcks: 0,
    };
    records.push(record);
    const sockets = [...open.keys()].filter((socket) => socket.readyState === WebSocket.OPEN);
    const chosen = sockets[Math.trunc(random() * sockets.length)];
    if (!chosen) return settle(record, { result: 'dispatch_failed' });
    record.connection = open.get(chosen) ?? 0;
    const frame = JSON.stringify(envelope(record.envelopeId ?? '', parcel));
    const acked = new Promise<{ payload: unknown }>((resolve) => {
      waiting.set(record.envelopeId ?? '', {
        record,
        answer: (payload) => {
          record.outcome = 'acknowledged';
          record.ackedAfterMs = workspace.clock.now().getTime() - record.sentAt.getTime();
          resolve({ payload });
        },
      });
    });
    record.sentAt = workspace.clock.now();
    if (fault !== 'lost') chosen.send(frame);
    if (fault === 'duplicate') (sockets.find((socket) => socket !== chosen) ?? chosen).send(frame);
    const outcome = await within(workspace.clock, workspace.options.ackTimeoutMs ?? defaultAckTimeoutMs, closing, acked);
    return outcome === 'timeout' ? settle(record, { result: 'operation_timeout' }) : { result: 'acknowledged', ack: outcome.payload };
  };

  return {
    issueUrl: () => {
      const ticket = newSecret();
      tickets.add(ticket);
      return `${workspace.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${workspace.options.app.appId}`;
    },
    upgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', workspace.origin);
      if (url.pathname !== '/link/' || !tickets.delete(url.searchParams.get('ticket') ?? '')) return false;
      server.handleUpgrade(request, socket, head, welcome);
      return true;
    },
    connections: () => open.size,
    deliver,
    withholdHello: (times) => void (withheld += times),
    disconnect: (reason, connection) => {
      for (const [socket, number] of open) {
        if (connection !== undefined && number !== connection) continue;
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink' } }));
        if (reason !== 'warning') socket.close();
      }
    },
    drop: () => {
      for (const socket of [...open.keys(), ...ungreeted]) socket.terminate();
    },
    close: () => {
      for (const socket of [...open.keys(), ...ungreeted]) socket.terminate();
      server.close();
    },
  };
};

const settle = (record: MutableRecord, receipt: Exclude<Receipt, { result: 'acknowledged' }>): Receipt => {
  record.outcome = receipt.result;
  return receipt;
};

const helloFrame = ({ options }: Workspace, connections: number): object => ({
  type: 'hello',
  num_connections: connections,
  connection_info: { app_id: options.app.appId },
  debug_info: { host: 'applink', build_number: 1, approximate_connection_time: 18_060 },
});

const envelope = (id: string, { kind, payload, retry }: Parcel): object => ({
  envelope_id: id,
  type: kind,
  accepts_response_payload: kind !== 'events_api',
  payload,
  ...(kind === 'events_api' ? { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' } : {}),
});

const parse = (data: WebSocket.RawData): unknown => {
  try {
    return JSON.parse(Buffer.isBuffer(data) ? data.toString() : '');
  } catch {
    return undefined;
  }
};
