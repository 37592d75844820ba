/** A block as the app sent it, with a block_id. Its members are read by type where it is shown. */
export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly [member: string]: unknown;
}
