/** Loaded before tracebell's command by `--import`. */
import { register } from 'node:module'

register('./loader.js', import.meta.url)
