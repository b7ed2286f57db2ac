import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSimulation } from '../../test/anomaly/simulated-system/write-simulation.js'

/** Traces in which something goes wrong, and what is known of it. */
export interface DetectionSet {
  readonly name: string
  /** OTLP JSON Lines. */
  readonly traces: string
  /** When each line arrived; undefined where that is not known. */
  readonly arrivals: string | undefined
  readonly labels: string
}

const TRACES = 'traces.otlp.jsonl.gz'
const ARRIVALS = 'arrival.txt.gz'
const LABELS = 'labels.json'

/** The sets in the folders of a folder. Throws where there is none. */
export async function findSets(folder: string): Promise<readonly DetectionSet[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sets: DetectionSet[] = []
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = join(folder, entry.name)
    if (entry.isDirectory() && (await exists(join(place, LABELS)))) sets.push(await setIn(place, entry.name))
  }
  if (sets.length === 0) throw new Error(`${folder}: no folder in it has a ${LABELS}`)
  return sets
}

async function setIn(place: string, name: string): Promise<DetectionSet> {
  const arrivals = join(place, ARRIVALS)
  return {
    name,
    traces: join(place, TRACES),
    arrivals: (await exists(arrivals)) ? arrivals : undefined,
    labels: join(place, LABELS),
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

export interface SimulatedSets {
  readonly seeds: readonly number[]
  readonly hours: number
  readonly spansPerSecond: number
  /** Types of faults; all where undefined, none where empty. */
  readonly faultTypes: readonly string[] | undefined
}

/** Simulates systems, one for each seed, and works with each while its files are there. */
export async function withSimulatedSets(
  { seeds, ...options }: SimulatedSets,
  work: (set: DetectionSet) => Promise<void>,
): Promise<void> {
  for (const seed of seeds) {
    const out = await mkdtemp(join(tmpdir(), 'tracebell-detection-'))
    try {
      await writeSimulation({ seed, ...options, out })
      await work(await setIn(out, `simulated ${seed}`))
    } finally {
      await rm(out, { recursive: true, force: true })
    }
  }
}
