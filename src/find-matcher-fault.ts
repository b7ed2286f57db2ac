/** What is wrong with the regular expression of a matcher, for commands, which know no stage by themselves. */
export { findMatcherFault } from './dispatch/compile-matchers.js'
