import type { AlertingRule, MatchRule, MetricRule } from '../../src/model/alerting-rule.js'

/** Services of one shop, as `bench/load/shop.ts` has them, and the operations that they serve. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  web: ['GET /', 'GET /product/{id}', 'GET /cart', 'POST /cart/{id}', 'POST /checkout'],
  cart: ['Cart/Get', 'Cart/Add'],
  catalog: ['Catalog/List', 'Catalog/Get'],
  checkout: ['Checkout/Place'],
  payment: ['Payment/Charge'],
  shipping: ['Shipping/Quote'],
}

export const RULES_A_SHOP = 50

/** The service of a shop by its own name. */
export function serviceOf(shop: number, service: string): string {
  return `${service}-${shop}`
}

/** Rules as teams write them: most about one service, some about one operation, a few about how services call each other. */
export function rulesOfShop(shop: number, windowMs: number): readonly AlertingRule[] {
  const service = (name: string): string => `resource.service.name = "${serviceOf(shop, name)}"`
  const metric = (expr: string): MetricRule => ({ kind: 'metric', expr, ...common(expr, windowMs) })
  const match = (expr: string, threshold = 1): MatchRule => ({
    kind: 'match',
    expr,
    groupBy: ['rootServiceName', 'rootName'],
    threshold,
    minTraffic: 0,
    ...common(expr, windowMs),
  })
  const names = Object.keys(OPERATIONS)
  const operations = names.flatMap((name) =>
    (OPERATIONS[name] ?? []).map((operation) => ({ name, operation })),
  )
  const rules = [
    ...names.flatMap((name) => [
      metric(`({ ${service(name)} && status = error } | rate()) / ({ ${service(name)} } | rate()) > 0.05`),
      metric(
        `{ ${service(name)} && kind = server } | quantile_over_time(duration, .99) by (span:name) > 1.5s`,
      ),
      metric(`{ ${service(name)} } | rate() < 0.01`),
      match(`{ ${service(name)} && status = error }`, 20),
      match(`{ ${service(name)} && duration > 800ms }`),
    ]),
    ...operations.map(({ name, operation }) =>
      match(`{ ${service(name)} && name = "${operation}" && duration > 500ms }`, 5),
    ),
    match(`{ ${service('web')} } >> { ${service('payment')} && status = error }`),
    match(`{ ${service('checkout')} } > { ${service('payment')} && duration > 300ms }`),
    match(`{ ${service('web')} && span.http.status_code >= 500 }`, 10),
    match(`{ rootServiceName = "${serviceOf(shop, 'web')}" && trace:duration > 2s }`),
    match(`{ ${service('catalog')} && span.db.system = "postgresql" } | count() > 3`),
    metric(
      `{ ${service('cart')} && span.tenant.id =~ "acme-[1-5]" } | count_over_time() by (span.tenant.id) > 500`,
    ),
    metric(`{ ${service('web')} && name != "GET /" && status = error } | rate() by (span:name) > 1`),
    metric(`{ ${service('shipping')} } | max_over_time(duration) by (span:name) > 2s`),
  ]
  return rules.slice(0, RULES_A_SHOP)
}

/** Rules about everything, which look at every span. */
export function rulesOfAll(windowMs: number): readonly AlertingRule[] {
  const common_ = (expr: string) => common(expr, windowMs)
  const exprs = [
    '{ } | rate() by (resource.service.name) > 1000',
    '({ status = error } | rate() by (resource.service.name)) / ({ } | rate() by (resource.service.name)) > 0.2',
    '{ status = error } | rate() > 1000',
    '{ kind = server } | quantile_over_time(duration, .95) by (resource.service.name) > 3s',
    '{ nestedSetParent < 0 } | avg_over_time(duration) > 2s',
  ]
  return exprs.map((expr) => ({ kind: 'metric', expr, ...common_(expr) }))
}

function common(alert: string, windowMs: number) {
  return {
    alert,
    windowMs,
    forMs: 0,
    keepFiringForMs: 0,
    queryOffsetMs: 0,
    limit: 0,
    labels: new Map<string, string>(),
    annotations: new Map<string, string>(),
    resolveWhen: undefined,
    noData: 'ok',
    onError: 'keep',
    place: { file: 'bench.yaml', line: 1, column: 1 },
  } as const
}
