import { defineConfig } from 'vitest/config'

const reporters = ['default', './test/closing-line.ts']

export default defineConfig({
  test: {
    reporters,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/conformance/**'],
          // Some start processes and servers; a slow machine is no fault.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'tempo',
          include: ['test/conformance/{tempo,prometheus,alertmanager*}/**/*.test.ts'],
          testTimeout: 420_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
