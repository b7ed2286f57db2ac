/** A host application that has nothing more to do, while its Tempo never answers. Run by `library.test.ts`. */
import { startTraceAlerting } from '../../src/index.js'

startTraceAlerting({ tempoUrl: process.env['HOST_TEMPO_URL'] ?? '', queryTimeoutMs: 600_000, env: {} })
// Long enough for the first request to be under way.
setTimeout(() => console.log('finished'), 500)
