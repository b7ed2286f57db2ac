import { parseArgs } from 'node:util'
import { parseFaultTypes, writeSimulation, type WriteOptions } from './write-simulation.js'

const USAGE =
  'npx tsx test/anomaly/simulated-system/write.ts --seed N --hours H --out DIR [--spans-per-second 40] [--faults all|none|TYPE,TYPE] [--no-benign]'

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
    faultTypes: parseFaultTypes(faults),
    hasBenign: !values['no-benign'],
  }
}

await writeSimulation(parseOptions())
