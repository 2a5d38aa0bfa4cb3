/** What may be wrong with a request. */
import fc from 'fast-check'
import type { Request } from './wishes.ts'

/** What is sent when not a plain request: a body as it is, and headers of its own. */
export interface Spoiled extends Request {
  raw?: string
  contentType?: string
}

type Spoiler = (request: Spoiled) => Spoiled

/** One fault, and what it says of itself when a test fails. */
export interface Fault {
  name: string
  spoil: Spoiler
  toString(): string
}

const fault = (name: string, spoil: Spoiler): Fault => ({ name, spoil, toString: () => name })

const MEGABYTE = 1_000_000 // It still fits into the limit for a body.
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

const strangeTexts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    'null',
    'undefined',
    'true',
    '%',
    '%zz',
    '../..',
    '*',
    '$where',
    '\u0000',
  ],
  ...[
    'a\u0000b',
    '__proto__',
    'constructor',
    'toString',
    'Environments-1',
    'Spaces-1',
    'users-system',
  ],
  ...[
    '1e400',
    '99999999999999999999',
    '2147483648',
    '1.5',
    'NaN',
    "' OR 1=1 --",
    '{{7*7}}',
    '#{a}',
  ],
  ...[
    '\u202e',
    '🚀',
    '\ud83d',
    'é'.repeat(300),
    'x'.repeat(3000),
    'a,b,,c',
    '[',
    '(.*)*',
    '\r\nX: y',
  ],
]
const text = fc.oneof(
  fc.constantFrom(...strangeTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const strangeValues: unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e21, 1e308, [], {}, [[]], [null], [{}], { a: 1 }, ''],
  ...[{ $gt: '' }, { $where: '1' }, { length: 3 }, { toString: 1 }, ['a', 1], 'x'.repeat(70_000)],
]
const value = fc.oneof(fc.constantFrom(...strangeValues), text, fc.jsonValue({ maxDepth: 4 }))

const inPath = fc.tuple(fc.nat(), text).map(([which, wrong]) =>
  fault(`path[${which}]=${JSON.stringify(wrong)}`, (request) => {
    const segments = request.segments.length > 0 ? request.segments : ['']
    const at = which % segments.length
    return { ...request, segments: segments.with(at, wrong === '' ? 'x' : wrong) }
  }),
)

const queryNames = [
  'skip',
  'take',
  'ids',
  'partialName',
  'name',
  'spaceId',
  'id',
  'apikey',
  'from',
  '$a',
]
const moreNames = [
  'tail',
  'level',
  'projects',
  'releaseHistoryCount',
  'spaces',
  'includeSystem',
  'clone',
]

const inQuery = fc
  .tuple(fc.constantFrom(...queryNames, ...moreNames), text, fc.boolean())
  .map(([name, wrong, isTwice]) =>
    fault(`?${name}=${JSON.stringify(wrong)}${isTwice ? ' twice' : ''}`, (request) => ({
      ...request,
      query: [...request.query, [name, wrong], ...(isTwice ? ([[name, 'b']] as const) : [])] as [
        string,
        string,
      ][],
    })),
  )

const inBody = fc.tuple(fc.nat(), value).map(([which, wrong]) =>
  fault(`body[${which}]=${JSON.stringify(wrong).slice(0, 200)}`, (request) => {
    const body = structuredClone(request.body)
    const places = placesIn(body)
    const place = places[which % Math.max(1, places.length)]
    if (place) Reflect.set(place.of, place.key, wrong)
    return { ...request, body }
  }),
)

const without = fc.nat().map((which) =>
  fault(`body[${which}] left out`, (request) => {
    const body = structuredClone(request.body)
    const places = placesIn(body)
    const place = places[which % Math.max(1, places.length)]
    if (place) Reflect.deleteProperty(place.of, place.key)
    return { ...request, body }
  }),
)

const longName = fc.constant(
  fault('a name of 1 MB', (request) => ({
    ...request,
    body: { ...Object(request.body), Name: 'x'.repeat(MEGABYTE) },
  })),
)

const unknownField = fc.tuple(text, value).map(([name, wrong]) =>
  fault(`body.${JSON.stringify(name)}=${JSON.stringify(wrong).slice(0, 200)}`, (request) => ({
    ...request,
    body: Array.isArray(request.body)
      ? [...request.body, wrong]
      : Object.assign(Object.create(null), request.body, { [name]: wrong }),
  })),
)

const raws = [
  ...[
    '',
    '{',
    '[]',
    'null',
    '"a"',
    '1',
    '[[[[]]]]',
    '{"Name":}',
    '\ufeff{}',
    '{"a":1,"a":2}',
    '<a/>',
    'a=b',
  ],
  ...[
    '{"__proto__":{"Name":"a"},"constructor":{"prototype":{"x":1}}}',
    '\u0000',
    '{"Name":"\\ud800"}',
  ],
  ...[nested(50), nested(3000), `[${'[],'.repeat(5000)}[]]`, `{"Name":"${'x'.repeat(1_100_000)}"}`],
]
const rawBody = fc
  .tuple(
    fc.constantFrom(...raws),
    fc.constantFrom('application/json', 'text/plain', 'text/xml', ''),
  )
  .map(([raw, contentType]) =>
    fault(`body ${raw.slice(0, 60)} as ${contentType}`, (request) => ({
      ...request,
      raw,
      contentType,
    })),
  )

// Not DELETE: what is deleted is made for it.
const otherVerb = fc
  .constantFrom('GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS')
  .map((method) => fault(method, (request) => ({ ...request, method })))

const otherSegments = fc
  .constantFrom('all', 'x', 'Projects-1', 'default', 'me')
  .map((more) =>
    fault(`/${more}`, (request) => ({ ...request, segments: [...request.segments, more] })),
  )

/** One fault of any kind. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: inPath },
  { weight: 4, arbitrary: inQuery },
  { weight: 10, arbitrary: inBody },
  { weight: 4, arbitrary: without },
  { weight: 3, arbitrary: unknownField },
  { weight: 2, arbitrary: rawBody },
  { weight: 1, arbitrary: longName },
  { weight: 1, arbitrary: otherVerb },
  { weight: 1, arbitrary: otherSegments },
)

interface Place {
  of: object
  key: string
}

/** Every place in a body where something stands. */
function placesIn(body: unknown): Place[] {
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([key, inner]) => [{ of: body, key }, ...placesIn(inner)])
}
