import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findProxy, readProxyVariables } from './find-proxy.js'

const PROXY = 'http://proxy.test:3128'

function proxyFor(url: string, noProxy: string): string | undefined {
  return findProxy(new URL(url), { http: PROXY, https: PROXY, noProxy, sparesLoopback: false })
}

describe('findProxy', () => {
  // As https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config says of NoProxy.
  it.each<[string, string, boolean]>([
    ['', 'https://example.com', true],
    ['*', 'https://example.com', false],
    ['example.com', 'https://example.com', false],
    ['example.com', 'https://api.example.com', false],
    ['example.com', 'https://notexample.com', true],
    ['.example.com', 'https://api.example.com', false],
    ['.example.com', 'https://example.com', true],
    ['*.example.com', 'https://a.b.example.com', false],
    ['EXAMPLE.com', 'https://Api.Example.COM', false],
    ['example.com:8443', 'https://example.com:8443', false],
    ['example.com:8443', 'https://example.com', true],
    ['example.com:443', 'https://example.com', false],
    ['other.test, example.com', 'http://example.com', false],
    ['10.0.0.0/8', 'http://10.1.2.3:9093', false],
    ['10.0.0.0/8', 'http://11.1.2.3', true],
    ['10.0.0.0/8', 'http://ten.test', true],
    ['10.1.2.3', 'http://10.1.2.3', false],
    ['10.1.2.3:80', 'http://10.1.2.3', false],
    ['fd00::/8', 'http://[fd12::1]', false],
    ['[fd12::1]:80', 'http://[fd12::1]', false],
    ['10.0.0.0/99', 'http://10.0.0.1', true],
    ['/8,:,[,,.', 'http://10.0.0.1', true],
  ])('with no_proxy %j goes to %s through it: %s', (noProxy, url, isProxied) => {
    expect(proxyFor(url, noProxy)).toBe(isProxied ? PROXY : undefined)
  })

  it('has a proxy for each scheme, by variables in capitals or not', () => {
    const rules = readProxyVariables({ HTTP_PROXY: ' ', http_proxy: 'p:1', HTTPS_PROXY: 'https://q:2' })
    expect(findProxy(new URL('http://x.test'), rules)).toBe('http://p:1')
    expect(findProxy(new URL('https://x.test'), rules)).toBe('https://q:2')
    expect(
      findProxy(new URL('http://x.test'), readProxyVariables({ NO_PROXY: '*', http_proxy: 'p:1' })),
    ).toBe(undefined)
  })

  it.each(['http://localhost:1', 'http://127.9.9.9', 'http://[::1]:2'])('spares %s by variables', (url) => {
    expect(findProxy(new URL(url), readProxyVariables({ HTTP_PROXY: PROXY }))).toBeUndefined()
    expect(proxyFor(url, '')).toBe(PROXY)
  })

  it('takes any text for no_proxy, in linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', ',', ':', '[', ']', '/', '*', '1', 'a') }),
        (text) => {
          expect([PROXY, undefined]).toContain(proxyFor('https://a.1a.aa:11', text))
        },
      ),
    )
    expect(proxyFor('https://a.test', '['.repeat(100_000))).toBe(PROXY)
  })
})
