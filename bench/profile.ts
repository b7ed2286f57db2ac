/** Node's arguments for a CPU profile of a process in this folder, written when it ends; none where there is no folder. */
export function profileInto(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
