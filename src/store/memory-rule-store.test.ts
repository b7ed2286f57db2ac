import { describeRuleStore } from '../../test/rule-store-contract.js'
import { createMemoryRuleStore } from './memory-rule-store.js'

describeRuleStore('createMemoryRuleStore', async () => createMemoryRuleStore())
