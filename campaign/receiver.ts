/**
 * The receiver, a process of its own: it keeps what it was told before it answers, and answers 200, 500, never, or ends the
 * connection instead. Told `calm`, it answers all with 200.
 */
import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { openLines } from './lines-file.js'
import { createRandom } from './random.js'

const [path = '', seed = '1'] = process.argv.slice(2)
const record = openLines(path)
const random = createRandom(Number(seed))
let isCalm = false

type Conduct = 'take' | 'refuse' | 'hang' | 'die'

function choose(): Conduct {
  const drawn = random()
  if (isCalm || drawn < 0.6) return 'take'
  if (drawn < 0.75) return 'refuse'
  return drawn < 0.85 ? 'hang' : 'die'
}

function answer(conduct: Conduct, response: ServerResponse): void {
  if (conduct === 'die') response.socket?.destroy()
  else if (conduct !== 'hang') response.writeHead(conduct === 'refuse' ? 500 : 200).end()
}

const server = createServer((request, response) => {
  const receive = async (): Promise<void> => {
    const body = await text(request)
    const conduct = choose()
    const key = String(request.headers['idempotency-key'])
    record.append({ path: request.url, key, processed: conduct !== 'refuse', body })
    answer(conduct, response)
  }
  // A killed daemon breaks off in the middle of a request.
  receive().catch(() => response.socket?.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null)
    console.log(`listening on http://127.0.0.1:${address.port}`)
})
process.on('message', () => (isCalm = true))
process.on('disconnect', () => process.exit())
