import { defineConfig } from 'vitest/config'

const project = (name: string, timeout: number, extra: Record<string, unknown> = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    ...extra,
  },
})

export default defineConfig({
  test: {
    // Left to itself, it uses one of two cores.
    maxWorkers: 2,
    projects: [
      project('unit', 10_000),
      project('property', 120_000),
      project('contract', 60_000),
      project('flow', 120_000),
      project('infra', 180_000),
    ],
  },
})
