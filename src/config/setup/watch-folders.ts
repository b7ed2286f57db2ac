import { watch, type FSWatcher } from 'node:fs'

/** Folders that are watched for changes. */
export interface FolderWatch {
  /** Watches these folders, and no others any more. */
  follow(folders: readonly string[]): void
  close(): void
}

const MOST_WATCHED = 64

/**
 * Calls `changed` soon after something in a watched folder changes. Not every file system tells, and a folder may not be
 * there: this is for speed, and somebody must look from time to time as well. It keeps no process alive.
 */
export function watchFolders(changed: () => void): FolderWatch {
  const watched = new Map<string, FSWatcher>()

  function open(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, changed)
      watched.set(folder, watcher)
      // A folder that is gone ends its watch; the next look follows it again if it is back.
      watcher.on('error', () => closeOne(folder))
    } catch {
      watched.delete(folder)
    }
  }

  function closeOne(folder: string): void {
    watched.get(folder)?.close()
    watched.delete(folder)
  }

  return {
    follow: (folders) => {
      const wanted = new Set(folders.slice(0, MOST_WATCHED))
      for (const folder of watched.keys()) if (!wanted.has(folder)) closeOne(folder)
      for (const folder of wanted) if (!watched.has(folder)) open(folder)
    },
    close: () => {
      for (const folder of watched.keys()) closeOne(folder)
    },
  }
}
