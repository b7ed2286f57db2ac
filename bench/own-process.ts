/**
 * Loaded before tracebell's command, which knows nothing of it: answers each message with the memory in use after a full
 * garbage collection, where that was made possible by `--expose-gc`, and ends the process with its parent.
 */
process.on('message', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
