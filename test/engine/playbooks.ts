/**
 * Steps of playbooks under test, each as it stands below `steps:`. They are what many tests need and none is about: a
 * test writes itself what matters to it.
 */

/** Shipping is stopped, by the warehouse or else by the commander. */
export const CONTAIN = `
  contain: { kind: contain, title: Contain, owner: commander, due: PT1H, escalation: stays }`;

/** The sales are traced. */
export const TRACE = `
  trace: { kind: trace, title: Trace }`;

/** Quality says how serious the risk is. */
export const ASSESS = `
  assess: { kind: assessment, title: Assess, owner: quality, due: PT24H, escalation: stays, sets: [risk] }`;

/** A task of quality's that comes after nothing and that nothing comes after. */
export const PACK = `
  pack: { kind: task, title: Pack, owner: quality, due: PT4H, escalation: stays }`;

/** The authorities are notified of what was traced, by legal. */
export const NOTIFY = `
  notify:
    { kind: filing, title: Notify, after: [trace], regimes: markets, report: initial, owner: legal, due: PT24H, escalation: stays }`;

/** All consignees are told; when, on whose word and by which ladder is the test's. */
export function telling(rest: string): string {
  return `
  tell: { kind: campaign, title: Tell, audience: consignees, notice: recall-notice, languages: [en], due: PT8H, ${rest} }`;
}

/** One person of legal closes the recall, after these steps. */
export function closing(...after: string[]): string {
  const order = after.length > 0 ? ` after: [${after.join(', ')}],` : '';
  return `
  close: { kind: closure, title: Close,${order} approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`;
}
