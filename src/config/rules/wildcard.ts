/** Whether a name is matched by a pattern, in which `*` is any text and `?` any one character. */
export function matchesWildcard(pattern: string, name: string): boolean {
  // A hidden file is meant only by a pattern that says so.
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let [at, nameAt] = [0, 0]
  let lastStar = -1
  let matchedByStar = 0
  while (nameAt < name.length) {
    if (pattern[at] === '*') {
      lastStar = at
      matchedByStar = nameAt
      at += 1
    } else if (pattern[at] === '?' || pattern[at] === name[nameAt]) {
      at += 1
      nameAt += 1
    } else if (lastStar === -1) {
      return false
    } else {
      // The last star takes one character more.
      matchedByStar += 1
      nameAt = matchedByStar
      at = lastStar + 1
    }
  }
  return /^\**$/.test(pattern.slice(at))
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text)
}
