import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { simulate, type ArrivedLine, type SimulationOptions } from './simulate.js'

export interface WriteOptions extends SimulationOptions {
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

/** Types of faults as command lines name them: `all`, `none`, or some with commas between. */
export function parseFaultTypes(text: string): SimulationOptions['faultTypes'] {
  return text === 'all' ? undefined : text.split(',').filter((type) => type !== 'none')
}
