import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { simulate, type ArrivedLine, type SimulationOptions } from './simulate.js'

const USAGE =
  'npx tsx test/anomaly/simulated-system/write.ts --seed N --hours H --out DIR [--spans-per-second 40] [--faults all|none|TYPE,TYPE] [--no-benign]'

interface WriteOptions extends SimulationOptions {
  readonly out: string
}

/** Writes traces.otlp.jsonl.gz, arrival.txt.gz and labels.json into a folder. */
export async function writeSimulation({ out, ...options }: WriteOptions): Promise<void> {
  await mkdir(out, { recursive: true })
  const simulation = simulate(options)
  const arrivals = createGzip({ level: 1 })
  const arrivalsWritten = pipeline(arrivals, createWriteStream(join(out, 'arrival.txt.gz')))
  const lines = split(simulation.lines(), (arrivedAt) => arrivals.write(`${arrivedAt}\n`))
  const traces = createWriteStream(join(out, 'traces.otlp.jsonl.gz'))
  await pipeline(Readable.from(lines, { objectMode: true }), createGzip({ level: 1 }), traces)
  arrivals.end()
  await arrivalsWritten
  await writeFile(join(out, 'labels.json'), `${JSON.stringify(simulation.labels(), undefined, 1)}\n`)
}

function* split(lines: Iterable<ArrivedLine>, tell: (arrivedAt: number) => void): Generator<string> {
  for (const { arrivedAt, line } of lines) {
    tell(arrivedAt)
    yield `${line}\n`
  }
}

/** Reads the command line. Throws where something is missing or is not what it should be. */
function parseOptions(): WriteOptions {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      hours: { type: 'string' },
      out: { type: 'string' },
      'spans-per-second': { type: 'string', default: '40' },
      faults: { type: 'string', default: 'all' },
      'no-benign': { type: 'boolean', default: false },
    },
  })
  const { seed, hours, out, faults } = values
  if (seed === undefined || hours === undefined || out === undefined) throw new Error(USAGE)
  return {
    seed: Number(seed),
    hours: Number(hours),
    out,
    spansPerSecond: Number(values['spans-per-second']),
    faultTypes: faults === 'all' ? undefined : faults.split(',').filter((type) => type !== 'none'),
    hasBenign: !values['no-benign'],
  }
}

await writeSimulation(parseOptions())
