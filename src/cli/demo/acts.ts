/** One act of the demo: what is said, and which faults the shop has meanwhile. */
export interface Act {
  readonly text: string
  /** As the shop takes them at `PUT /faults`. */
  readonly faults: string
  readonly seconds: number
}

/** What is on the stage after so many acts. */
export type Play = (index: number) => Act

/** The first act, before anything breaks; short, so that an alert comes within ten seconds. */
export const PROLOGUE: Act = { text: 'traffic: all well', faults: '', seconds: 2.5 }

/** What is played over and over after it. */
export const ACTS: readonly Act[] = [
  { text: 'fault on: checkout is slow (1.5 s)', faults: 'slow=1500', seconds: 10 },
  { text: 'fault off: checkout is quick again', faults: '', seconds: 10 },
  { text: 'fault on: every third look into the inventory fails', faults: 'errors=0.33', seconds: 12 },
  { text: 'fault off: all well', faults: '', seconds: 12 },
]

/** The play without a wish: an alert soon, and another kind after it. */
export const actAt: Play = (index) => (index === 0 ? undefined : ACTS[(index - 1) % ACTS.length]) ?? PROLOGUE
