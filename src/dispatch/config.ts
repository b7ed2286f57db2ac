export { buildDispatch, type DispatchPlan } from './build-dispatch.js'
export { readMaintenance } from './read-maintenance.js'
export { checkReferences, type ReferenceFault } from './check-references.js'
export {
  DISPATCH_HINTS,
  dispatchFields,
  dispatchSchema,
  receiverFields,
  type DispatchConfig,
  type ReceiverConfig,
  type RouteConfig,
} from './dispatch-schema.js'
