export { hubInitialised } from './hub-initialised.ts';
export { spokeJoined } from './spoke-joined.ts';
export { spokeAccepted } from './spoke-accepted.ts';
export { workAgentTuned } from './work-agent-tuned.ts';
