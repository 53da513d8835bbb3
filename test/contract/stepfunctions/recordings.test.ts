/** Holds the engine against executions and API calls recorded on the real service. The recordings are no part of this project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ApiCase, replayApi } from './replay-api.ts'
import { type ExecutionCase, replayExecution } from './replay-execution.ts'

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'fixtures', 'stepfunctions')

/** Cases that cannot be reproduced, each with the reason. */
const outside: Record<string, string> = {
  'api.get_execution_history_no_such_execution':
    'an ARN without the prefix is ExecutionDoesNotExist here, and InvalidArn in get_execution_history_invalid_arn',
}

type Case = (ExecutionCase | ApiCase) & { readonly kind: string }

function cases(): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'index.json')
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case)
}

if (existsSync(folder)) {
  const all = cases()
  const inside = all.filter((c) => outside[c.id] === undefined)
  describe('an execution leaves the recorded history', () => {
    for (const recorded of inside.filter((c) => c.kind === 'execution'))
      it(recorded.id, async () => {
        expect(await replayExecution(recorded as ExecutionCase)).toEqual([])
      })
  })
  describe('the API answers as recorded', () => {
    for (const recorded of inside.filter((c) => c.kind === 'api'))
      it(recorded.id, async () => {
        expect(await replayApi(recorded as ApiCase)).toEqual([])
      })
  })
  describe('recordings left out', () => {
    it('are listed with the reason', () => {
      const left = Object.entries(outside).map(([id, reason]) => `  ${id}: ${reason}`)
      const count = (list: readonly Case[], kind: string): number =>
        list.filter((c) => c.kind === kind).length
      const line = (kind: string): string =>
        `${kind} cases replayed: ${count(inside, kind)} of ${count(all, kind)}`
      console.log([line('execution'), line('api'), ...left].join('\n'))
      expect(Object.keys(outside).every((id) => all.some((c) => c.id === id))).toBe(true)
    })
  })
} else
  describe('recordings of the service', () => {
    it('are not on this machine: nothing to compare with', () => {
      console.log('the recordings are not here: the replay was skipped')
      expect(existsSync(folder)).toBe(false)
    })
  })
