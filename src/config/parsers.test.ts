import { validateHeaderName, validateHeaderValue } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyText,
  baseUrl,
  boolean,
  decimal,
  formatAddress,
  headers,
  headerText,
  httpUrl,
  integer,
  listenAddress,
  oneOf,
  type Parser,
} from './parsers.js'

const RUNS = { numRuns: 300 }

/** Any text at all, and text made of the pieces that parsers look for. */
const anyString = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('http://', 'https:', '//', '@', ':', '[', ']', '::1', '?', '#', '=', ',', '%', '%2C'),
        fc.constantFrom(
          '.',
          '-',
          '+',
          'e',
          '0',
          '9',
          '65535',
          'true',
          'off',
          '\n',
          '\r',
          '\0',
          '\u2028',
          ' ',
        ),
        fc.constantFrom('__proto__', 'constructor', 'é', '€', '\ud800', 'localhost', '127.0.0.1'),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join('')),
)

/** What a parser read, or its complaint, which is never empty. */
function read<T>(parser: Parser<T>, text: string): T | undefined {
  const parsed = parser(text)
  if ('value' in parsed) return parsed.value
  expect(parsed.expected).toMatch(/\S/)
  expect(Object.keys(parsed)).toEqual(['expected'])
  return undefined
}

describe('boolean', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    ['True', true],
    ['1', true],
    ['false', false],
    ['FALSE', false],
    ['0', false],
  ])('reads %j', (text, value) => {
    expect(boolean(text)).toEqual({ value })
  })

  it.each(['yes', 'no', 'on', 'off', '2', '-1', '01', 'true false', 'tru', 'null', 'ｔrue', ''])(
    'refuses %j',
    (text) => {
      expect(boolean(text)).toEqual({ expected: 'true or false' })
    },
  )

  it('reads nothing but its four words, whatever the text', () => {
    const words = new Set(['true', 'false', '1', '0'])
    fc.assert(
      fc.property(anyString, (text) => {
        expect(read(boolean, text) !== undefined).toBe(words.has(text.toLowerCase()))
      }),
      RUNS,
    )
  })
})

describe('anyText', () => {
  it('takes whatever it is given', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(anyText(text)).toEqual({ value: text })
      }),
      RUNS,
    )
  })
})

describe('integer', () => {
  it.each([
    ['1', 1],
    ['600000', 600_000],
    ['007', 7],
    ['000000000000001', 1],
  ])('reads %j', (text, value) => {
    expect(integer(1, 600_000)(text)).toEqual({ value })
  })

  it.each([
    '0',
    '600001',
    '-1',
    '+1',
    '1.0',
    '1.5',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    '10s',
    '٣',
    'NaN',
    'Infinity',
  ])('refuses %j', (text) => {
    expect(integer(1, 600_000)(text)).toEqual({ expected: 'a whole number from 1 to 600000' })
  })

  it.each(['0000000000000001', '9007199254740993', '9'.repeat(400)])(
    'refuses a number as long as %j',
    (text) => {
      expect(integer(0, Number.MAX_SAFE_INTEGER)(text)).toHaveProperty('expected')
    },
  )

  it('reads back every whole number in its range, and nothing outside', () => {
    const bounds = fc.tuple(fc.nat(), fc.nat()).map((pair) => pair.toSorted((left, right) => left - right))
    fc.assert(
      fc.property(bounds, fc.nat(), ([min = 0, max = 0], number) => {
        const value = read(integer(min, max), String(number))
        expect(value).toBe(number >= min && number <= max ? number : undefined)
      }),
      RUNS,
    )
  })

  it('gives a whole number in its range or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const value = read(integer(5, 5000), text) ?? 5
        expect(Number.isInteger(value) && value >= 5 && value <= 5000).toBe(true)
      }),
      RUNS,
    )
  })
})

describe('decimal', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['0.05', 0.05],
    ['.5', 0.5],
    ['1.', 1],
    ['00.50', 0.5],
    ['0.00000000000000000001', 1e-20],
  ])('reads %j', (text, value) => {
    expect(decimal(0, 1)(text)).toEqual({ value })
  })

  it.each([
    '.',
    '1.01',
    '-0',
    '-0.1',
    '+0.5',
    '5%',
    '0,05',
    '5e-2',
    '0x1',
    'NaN',
    'Infinity',
    '1..',
    '0.5.',
    '0 .5',
  ])('refuses %j', (text) => {
    expect(decimal(0, 1)(text)).toEqual({ expected: 'a number from 0 to 1' })
  })

  it('reads back every number in its range that is written without an exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        expect(read(decimal(0, 1), (millionths / 1_000_000).toFixed(6))).toBe(millionths / 1_000_000)
      }),
      RUNS,
    )
  })

  it('gives a number in its range or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const value = read(decimal(0, 1), text) ?? 0
        expect(value >= 0 && value <= 1).toBe(true)
      }),
      RUNS,
    )
  })
})

describe('oneOf', () => {
  const format = oneOf(['text', 'json'])

  it.each([
    ['text', 'text'],
    ['JSON', 'json'],
    ['Json', 'json'],
  ])('reads %j', (text, value) => {
    expect(format(text)).toEqual({ value })
  })

  it.each(['xml', 'tex', 'textjson', 'text, json', 'constructor', '__proto__', '0', ''])(
    'refuses %j',
    (text) => {
      expect(format(text)).toEqual({ expected: 'one of text, json' })
    },
  )

  it('gives one of its words or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(['text', 'json']).toContain(read(format, text) ?? 'text')
      }),
      RUNS,
    )
  })
})

describe('httpUrl', () => {
  it.each([
    ['http://localhost:3200', 'http://localhost:3200/'],
    ['https://tempo.example/prefix', 'https://tempo.example/prefix'],
    ['HTTP://Tempo.Example', 'http://tempo.example/'],
    ['http://[::1]:3200', 'http://[::1]:3200/'],
    ['https://hooks.example/x?key=1#part', 'https://hooks.example/x?key=1#part'],
  ])('reads %j', (text, href) => {
    expect(read(httpUrl, text)?.href).toBe(href)
  })

  it.each([
    'localhost:3200',
    '127.0.0.1:3200',
    'tempo.example',
    '/api',
    'http://',
    'http://:3200',
    'http://tempo.example:65536',
    'http://tempo example',
    'ftp://tempo.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'ws://tempo.example',
    'http://user@tempo.example',
    'http://user:password@tempo.example',
    'http://:password@tempo.example',
    '',
  ])('refuses %j', (text) => {
    expect(httpUrl(text)).toEqual({
      expected: 'an http:// or https:// address without user name and password',
    })
  })

  it('gives an http or https address without credentials or a complaint, whatever the text', () => {
    const anyAddress = fc.oneof(
      anyString,
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      anyString.map((rest) => `http://${rest}`),
    )
    fc.assert(
      fc.property(anyAddress, (text) => {
        const url = read(httpUrl, text)
        if (url !== undefined) expect([url.username, url.password, url.host === '']).toEqual(['', '', false])
        expect(url?.protocol ?? 'http:').toMatch(/^https?:$/)
      }),
      RUNS,
    )
  })
})

describe('baseUrl', () => {
  it.each(['http://tempo', 'http://tempo/', 'http://tempo/prefix/', 'http://tempo/%3F%23'])(
    'reads %j',
    (text) => {
      expect(baseUrl(text)).toHaveProperty('value')
    },
  )

  it.each(['http://tempo?x=1', 'http://tempo/#x', 'http://tempo/?', 'http://tempo#', 'http://tempo/?#'])(
    'refuses %j, to which no path can be added',
    (text) => {
      expect(baseUrl(text)).toEqual({ expected: 'an http:// or https:// address without ? and #' })
    },
  )

  it('refuses what is no http address with the words of httpUrl', () => {
    expect(baseUrl('tempo:3200')).toEqual(httpUrl('tempo:3200'))
  })

  it('gives a base to which a path can be added, or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(
        anyString.map((rest) => `http://tempo/${rest}`),
        (text) => {
          const base = read(baseUrl, text)
          if (base === undefined) return
          const joined = new URL(`${base.href.replace(/\/+$/, '')}/api/search?q=1`)
          expect([joined.pathname.endsWith('/api/search'), joined.search]).toEqual([true, '?q=1'])
        },
      ),
      RUNS,
    )
  })
})

describe('headers', () => {
  it.each([
    ['X-Org=1', { 'x-org': '1' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b = 2 ', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a=b=c==', { a: 'b=c==' }],
    ['a=one%2Ctwo%3D%25', { a: 'one,two=%' }],
    ['Authorization=Bearer%20x', { authorization: 'Bearer x' }],
    ['a=caf%C3%A9', { a: 'café' }],
    ['a=1,A=2', { a: '2' }],
    ['constructor=1,hasOwnProperty=2', { constructor: '1', hasownproperty: '2' }],
  ])('reads %j', (text, value) => {
    expect({ ...read(headers, text) }).toEqual(value)
  })

  it('keeps a header named __proto__ as any other, and touches no prototype', () => {
    const value = read(headers, '__proto__=polluted,a=1') ?? {}
    expect(Object.entries(value)).toEqual([
      ['__proto__', 'polluted'],
      ['a', '1'],
    ])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  it.each([
    '',
    'a',
    '=1',
    ',',
    'a=1,',
    ',a=1',
    'a=1,,b=2',
    'a b=1',
    'a:1',
    'a:b=1',
    'é=1',
    'a=1\nb: 2',
    'a=%0D%0Ab: 2',
    'a=%00',
    'a=%',
    'a=%zz',
    'a=%E2%82%AC',
    'a=%ff',
    'a=€',
  ])('refuses %j', (text) => {
    expect(headers(text)).toEqual({ expected: 'Name=value,Other=value, with %2C for a comma inside a value' })
  })

  it('gives what Node takes as headers, in lower case, or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        for (const [name, value] of Object.entries(read(headers, text) ?? {})) {
          validateHeaderName(name)
          validateHeaderValue(name, value)
          expect(name).toBe(name.toLowerCase())
        }
      }),
      RUNS,
    )
  })

  it('reads back every set of headers that was written with percent signs', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
    const value = fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,12}$/)
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 5 }), (given) => {
        const text = Object.entries(given).map(([key, each]) => `${key}=${encodeURIComponent(each)}`)
        expect({ ...read(headers, text.join()) }).toEqual({ ...given })
      }),
      RUNS,
    )
  })
})

describe('headerText', () => {
  it.each(['tenant-1', 'a|b', 'with space', 'tab\there', 'café'])('reads %j', (text) => {
    expect(headerText(text)).toEqual({ value: text })
  })

  it.each(['two\nlines', 'two\r\nlines', 'nul\0', 'del\x7f', '€', 'Łódź', '\u2028', '🔔'])(
    'refuses %j',
    (text) => {
      expect(headerText(text)).toEqual({
        expected: 'text for an HTTP header: no line break, no control character, nothing beyond Latin-1',
      })
    },
  )

  it('gives what Node takes in a header, unchanged, or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const value = read(headerText, text)
        if (value !== undefined) validateHeaderValue('x-test', value)
        expect(value ?? text).toBe(text)
      }),
      RUNS,
    )
  })
})

describe('listenAddress', () => {
  it.each([
    ['127.0.0.1:4318', { host: '127.0.0.1', port: 4318 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
    [':9320', { host: '127.0.0.1', port: 9320 }],
    ['[::1]:9320', { host: '::1', port: 9320 }],
    ['[::ffff:127.0.0.1]:80', { host: '::ffff:127.0.0.1', port: 80 }],
    ['off', 'off'],
    ['OFF', 'off'],
  ])('reads %j', (text, value) => {
    expect(listenAddress(text)).toEqual({ value })
  })

  it.each([
    '9320',
    'localhost',
    'localhost:',
    'localhost:http',
    'localhost:65536',
    'localhost:99999',
    'localhost:123456',
    'localhost:-1',
    'localhost:+1',
    'localhost:1.5',
    'localhost: 80',
    'local host:80',
    '::1:9320',
    '[]:9320',
    '[::1]',
    '[::1',
    '[localhost]:80',
    '[fe80::1%eth0]:80',
    'http://127.0.0.1:9320',
    'tcp://10.0.0.1:9320',
    '',
  ])('refuses %j', (text) => {
    expect(listenAddress(text)).toEqual({ expected: 'host:port, such as 127.0.0.1:4318, or off' })
  })

  it('reads back every address that formatAddress writes', () => {
    const host = fc.oneof(
      fc.ipV4(),
      fc.domain(),
      fc.ipV6().filter((each) => each.includes(':')),
    )
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (each, port) => {
        expect(read(listenAddress, formatAddress({ host: each, port }))).toEqual({ host: each, port })
      }),
      RUNS,
    )
  })

  it('gives off, a host with a port in range, or a complaint, whatever the text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const address = read(listenAddress, text)
        if (address === undefined || address === 'off') return
        expect(address.host).toMatch(/^\S+$/)
        expect(Number.isInteger(address.port) && address.port >= 0 && address.port <= 65_535).toBe(true)
      }),
      RUNS,
    )
  })
})
