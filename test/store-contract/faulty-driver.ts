import {
  SqliteFault,
  type Database,
  type SqliteDriver,
  type SqliteFaultKind,
} from '../../src/store/sqlite/database.js'

/** A driver whose disk can be made to fail. */
export interface FaultyDriver extends SqliteDriver {
  /**
   * From now on: `refuse` fails every commit before it has happened; `forget` after it has happened, so that nobody knows;
   * `gone` fails everything, opening too. Undefined: all is well.
   */
  fault: { readonly how: 'refuse' | 'forget' | 'gone'; readonly kind: SqliteFaultKind } | undefined
  /** How often it was opened. */
  readonly opened: number
}

export function createFaultyDriver(driver: SqliteDriver): FaultyDriver {
  let opened = 0
  const faulty: FaultyDriver = {
    name: driver.name,
    fault: undefined,
    get opened() {
      return opened
    },
    open(path) {
      if (faulty.fault?.how === 'gone') throw toFault(faulty.fault.kind)
      opened += 1
      return wrap(driver.open(path), faulty)
    },
    look(path) {
      if (faulty.fault?.how === 'gone') throw toFault(faulty.fault.kind)
      return driver.look(path)
    },
  }
  return faulty
}

function wrap(database: Database, faulty: FaultyDriver): Database {
  const check = (how: 'refuse' | 'forget'): void => {
    const { fault } = faulty
    if (fault !== undefined && (fault.how === how || fault.how === 'gone')) throw toFault(fault.kind)
  }
  return {
    exec(sql) {
      if (sql === 'COMMIT') check('refuse')
      database.exec(sql)
      if (sql === 'COMMIT') check('forget')
    },
    run: (sql, values) => database.run(sql, values),
    all: (sql) => database.all(sql),
    close: () => database.close(),
  }
}

function toFault(kind: SqliteFaultKind): SqliteFault {
  return new SqliteFault(kind, `the disk was made to fail: ${kind}`)
}
