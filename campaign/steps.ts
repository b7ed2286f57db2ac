/** The named moments at which the daemon can be made to kill itself, in the order in which an alert passes them. */
export const STEPS = [
  'recovery-before-open',
  'recovery-opened',
  'recovery-alerts-loaded',
  'recovery-active-loaded',
  'commit-before',
  'commit-in-transaction',
  'commit-committed',
  'flush-before',
  'flush-in-transaction',
  'flush-committed',
  'delivery-due',
  'delivery-answered',
  'delivery-in-transaction',
  'delivery-written',
  'retry-written',
  'sweep-before',
  'sweep-in-transaction',
  'sweep-swept',
] as const
export type Step = (typeof STEPS)[number]

/** What the daemon of the campaign reads from its environment. */
export const STEP_VARIABLE = 'CAMPAIGN_STEP'
/** How often the step is passed before the process dies at it. */
export const SKIP_VARIABLE = 'CAMPAIGN_SKIP'
export const JOURNAL_VARIABLE = 'CAMPAIGN_JOURNAL'
