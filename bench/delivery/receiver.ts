/**
 * Whoever is told, a process of its own: answers 200 at once. Told `{"expect": N}`, it answers when it has been told so
 * often since, with the moment of that and the mean size of a message.
 */
import { createServer } from 'node:http'
import { commonNow } from './alert-facts.js'

let [seen, bytes, expected] = [0, 0, Number.POSITIVE_INFINITY]
let late: NodeJS.Timeout | undefined

const LATE_AFTER_MS = 60_000

function expectSoMany(count: number): void {
  ;[seen, bytes, expected] = [0, 0, count]
  clearTimeout(late)
  late = setTimeout(() => {
    process.send?.({ failure: `was told ${seen} times of ${expected} in ${LATE_AFTER_MS} ms` })
  }, LATE_AFTER_MS)
}

function answer(): void {
  clearTimeout(late)
  expected = Number.POSITIVE_INFINITY
  process.send?.({ at: commonNow(), bytes: Math.round(bytes / seen) })
}

const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (bytes += chunk.length))
  request.on('end', () => {
    response.writeHead(200, { 'content-length': 0 }).end()
    seen += 1
    if (seen >= expected) answer()
  })
})
process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('expect' in message)) return
  expectSoMany(Number(message.expect))
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null)
    process.send?.({ url: `http://127.0.0.1:${address.port}/` })
})
