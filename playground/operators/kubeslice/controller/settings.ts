/** Arguments of the manager's container. */
export interface ControllerSettings {
  readonly endpoint: string;
  readonly rbacPrefix: string;
  readonly projectPrefix: string;
  readonly ocm: boolean;
  readonly hubCa: string;
}
