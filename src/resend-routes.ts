import type { Route } from './model/route.js'
import { MINUTE_MS, SECOND_MS } from './model/time.js'

/**
 * The same routes, in which those to Alertmanagers are told as often as Prometheus tells them: what fires there ends by
 * itself where it is not told again, and they have intervals of their own.
 */
export function resendToAlertmanagers(route: Route, isAlertmanager: (receiver: string) => boolean): Route {
  const routes = route.routes.map((child) => resendToAlertmanagers(child, isAlertmanager))
  if (!isAlertmanager(route.receiver)) return { ...route, routes }
  return {
    ...route,
    groupWaitMs: 0,
    groupIntervalMs: Math.min(route.groupIntervalMs, 30 * SECOND_MS),
    repeatIntervalMs: Math.min(route.repeatIntervalMs, MINUTE_MS),
    routes,
  }
}
