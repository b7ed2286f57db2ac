import type { ConfigFault } from './config-error.js'
import { describePlace, type FileFault } from './yaml/file-fault.js'

/** A fault of a file among those of the configuration. */
export function toConfigFault(fault: FileFault): ConfigFault {
  return { name: describePlace(fault), expected: fault.problem, caret: fault.caret }
}
