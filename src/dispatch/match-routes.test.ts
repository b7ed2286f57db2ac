import { describe, expect, it } from 'vitest'
import { labelsOf, planOf } from '../../test/dispatch-harness.js'
import { describePath } from './describe-path.js'
import { toGroupKey, toGroupLabels } from './group-labels.js'
import { compileRoutes, matchRoutes, traceRoutes } from './match-routes.js'

const PLAN = planOf({
  receivers: ['root', 'db', 'db-page', 'audit', 'web', 'late'].map((name) => ({ name })),
  route: {
    receiver: 'root',
    routes: [
      {
        matchers: ['team=db'],
        receiver: 'db',
        routes: [{ matchers: ['severity=page'], receiver: 'db-page' }],
      },
      { matchers: ['severity=~"page|warn"'], receiver: 'audit', continue: true },
      { matchers: ['team=~"web.*"', 'severity!=""'], receiver: 'web' },
      { matchers: ['team=web'], receiver: 'late' },
    ],
  },
})

describe('an alert', () => {
  const root = compileRoutes(PLAN.route)

  it.each([
    ['a=b', ['root']],
    ['team=db', ['db']],
    ['team=db,severity=page', ['db-page']],
    ['team=web,severity=page', ['audit', 'web']],
    ['team=website,severity=info', ['web']],
    ['team=web', ['late']],
    ['severity=warn', ['audit']],
    // Expressions match as a whole.
    ['severity=pager', ['root']],
  ])('with %s goes to %j', (labels, receivers) => {
    expect(matchRoutes(root, labelsOf(labels)).map(({ receiver }) => receiver)).toEqual(receivers)
  })

  it('is told where it was asked, and what came of it', () => {
    const steps = traceRoutes(root, labelsOf('team=web,severity=page'))
    expect(steps.map(({ route, depth, outcome }) => `${depth} ${route.receiver}: ${outcome}`)).toEqual([
      '0 root: entered',
      '1 db: not matched',
      '1 audit: taken',
      '1 web: taken',
      '1 late: not asked',
    ])
  })

  it('is shown its way in words', () => {
    expect(describePath(traceRoutes(root, labelsOf('team=db,severity=page')))).toEqual([
      '○ route → root: entered',
      '  ○ {team="db"} → db: entered',
      '    ● {severity="page"} → db-page: taken',
      '  · {severity=~"page|warn"} → audit: not asked',
      '  · {severity!="",team=~"web.*"} → web: not asked',
      '  · {team="web"} → late: not asked',
    ])
    expect(describePath(traceRoutes(root, labelsOf('severity=warn'))).slice(1, 3)).toEqual([
      '  ✗ {team="db"} → db: not matched',
      '  ● {severity=~"page|warn"} → audit: taken, and those after it are asked too',
    ])
  })

  it('stays in the root where no child matches', () => {
    expect(traceRoutes(root, labelsOf('a=b')).map(({ outcome }) => outcome)).toEqual([
      'taken',
      'not matched',
      'not matched',
      'not matched',
      'not matched',
    ])
  })
})

describe('a group', () => {
  const [, audit] = PLAN.route.routes
  if (audit === undefined) throw new Error('no route')

  it.each([
    [
      ['service', 'absent', 'alertname'],
      '{}/{severity=~"page|warn"}:{alertname="Slow", service="a \\"b\\""}',
    ],
    [[], '{}/{severity=~"page|warn"}:{}'],
    ['all', '{}/{severity=~"page|warn"}:{alertname="Slow", "http.route"="/", service="a \\"b\\""}'],
  ] as const)('by %j is %s', (groupBy, key) => {
    const labels = new Map([
      ['service', 'a "b"'],
      ['alertname', 'Slow'],
      ['http.route', '/'],
    ])
    expect(toGroupKey(audit, toGroupLabels(labels, groupBy))).toBe(key)
  })
})
