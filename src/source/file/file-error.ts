/** A file that cannot be read, or not to its end. The message names the file, and says what was found. */
export class FileError extends Error {
  override readonly name = 'FileError'
}
