import { once } from 'node:events'
import { createServer } from 'node:http'
import { trace } from '@opentelemetry/api'

const MAX_UPLOAD_BYTES = 5 * 1024 * 1024
const STOP_MS = 1000

/**
 * Opens the shop's HTTP API: `GET /search?q=`, `POST /upload`, `GET /metrics` and, from this machine only,
 * `PUT /faults`. Rejects where the port cannot be had; port 0 takes a free one.
 */
export async function startServer({ shop, faults, log, metrics, host, port }) {
  const routes = {
    'GET /search': ({ query }) => shop.search(query.get('q') ?? ''),
    'POST /upload': async ({ request }) => shop.order(await countBytes(request)),
    'GET /metrics': () => metrics(),
    'PUT /faults': ({ request, query }) => setFaults(request, query),
  }

  function setFaults(request, query) {
    if (!isThisMachine(request.socket.remoteAddress))
      throw refusal(403, 'faults are set from this machine only')
    const wrong = faults.set(query)
    if (wrong !== undefined) throw refusal(400, wrong)
    const current = { slow: faults.slowMs, errors: faults.errorShare, faults: faults.switches }
    log.info('Faults set', current)
    return current
  }

  async function respond(request, response) {
    const { pathname, searchParams: query } = new URL(request.url, 'http://shop')
    const route = `${request.method} ${pathname}`
    if (!Object.hasOwn(routes, route)) return answer(response, 404, { error: `there is no ${route}` })
    nameSpan(route, pathname)
    try {
      answer(response, 200, await routes[route]({ request, query }))
    } catch (error) {
      const status = error.status ?? 500
      if (status >= 500) log.warn('A request failed', { route, error: error.message })
      answer(response, status, { error: error.message })
    } finally {
      request.resume()
    }
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error) => {
      log.warn('A request could not be answered', { error: error.message })
      response.destroy()
    })
  })
  server.listen({ host, port })
  await once(server, 'listening')
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${server.address().port}`
  log.info('API server listening', { url })

  return {
    url,
    /** Takes no more requests and ends those under way, or cuts them after a second. */
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), STOP_MS)
      await closed
      clearTimeout(cut)
    },
  }
}

/** Instrumentation of HTTP knows no routes, and calls each span only by its method. */
function nameSpan(route, pathname) {
  trace.getActiveSpan()?.updateName(route).setAttribute('http.route', pathname)
}

function isThisMachine(address = '') {
  return /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address)
}

function refusal(status, message) {
  return Object.assign(new Error(message), { status })
}

async function countBytes(request) {
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_UPLOAD_BYTES) throw refusal(413, `expected at most ${MAX_UPLOAD_BYTES} bytes`)
  }
  return bytes
}

function answer(response, status, body) {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json' })
  response.end(isText ? body : `${JSON.stringify(body)}\n`)
}
