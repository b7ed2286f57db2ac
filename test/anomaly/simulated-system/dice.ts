import { createRandom } from '../../../bench/load/random.js'

/** Chance, the same for the same seed. */
export interface Dice {
  /** From 0 up to but not including 1. */
  share(): number
  chance(probability: number): boolean
  between(least: number, most: number): number
  /** A whole number, both ends included. */
  whole(least: number, most: number): number
  /** Between two numbers above 0, each order of magnitude being as likely as the other. */
  logBetween(least: number, most: number): number
  pick<T>(choices: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
  logNormal(median: number, sigma: number): number
  /** How many of something come where `mean` are expected. */
  poisson(mean: number): number
  hex(digits: number): string
}

const MOST_COUNTED = 30

export function createDice(seed: number): Dice {
  const share = createRandom(seed)
  const whole = (least: number, most: number): number => least + Math.floor(share() * (most - least + 1))

  /** By Box and Muller. */
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share())
  }

  function pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(share() * choices.length)]
    if (chosen === undefined) throw new Error('there is nothing to pick from')
    return chosen
  }

  function shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: share() }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  }

  function poisson(mean: number): number {
    if (mean > MOST_COUNTED) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const floor = Math.exp(-mean)
    let count = 0
    for (let rest = share(); rest > floor; rest *= share()) count += 1
    return count
  }

  function hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += ((share() * 2 ** 32) >>> 0).toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  return {
    share,
    chance: (probability) => share() < probability,
    between: (least, most) => least + share() * (most - least),
    whole,
    logBetween: (least, most) => least * (most / least) ** share(),
    pick,
    shuffle,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson,
    hex,
  }
}
