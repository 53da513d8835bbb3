import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal } from '../../../local/dynamodb/journal.ts'
import { nativeBinary, startNative } from '../../../local/dynamodb/native.ts'
import { startDynamo } from '../../../local/dynamodb/start.ts'
import { allKeys, createTable, DRIVERS, item, newClient, newFolder, open, put } from './dynamo-fixtures.ts'

const START = new URL('../../../local/dynamodb/start.ts', import.meta.url).href

let folder: ReturnType<typeof newFolder>
let runs: ChildProcess[]

beforeEach(() => {
  folder = newFolder()
  runs = []
})

afterEach(() => {
  for (const run of runs) run.kill('SIGKILL')
  folder.end()
})

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`)

const untilGone = async (pid: number): Promise<void> => {
  for (let i = 0; i < 200 && isAlive(pid); i++) await wait(20)
  expect(isAlive(pid)).toBe(false)
}

/** A run of its own that starts the driver and then waits to be killed. */
const startRun = async (driver: string): Promise<{ run: ChildProcess; endpoint: string; pid: number }> => {
  const code = `const { startDynamo } = await import(${JSON.stringify(START)})
    const { endpoint, pid } = await startDynamo(${JSON.stringify({ driver, dataDir: folder.path })})
    console.log(JSON.stringify({ endpoint, pid }))
    setInterval(() => {}, 1000)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  runs.push(run)
  const [line] = await once(createInterface(run.stdout!), 'line')
  return { run, ...JSON.parse(line as string) }
}

describe.each(DRIVERS)('data kept on disk by %s', (driver) => {
  it('is there after a restart, stream and all', async () => {
    const first = await open(driver, folder.path)
    await createTable(first.client)
    await put(first.client, item('a'))
    await first.close()
    const second = await open(driver, folder.path)
    expect(await allKeys(second.client)).toEqual(['a'])
    await second.close()
  })

  it('has every acknowledged write after the whole run was killed', async () => {
    const { run, endpoint, pid } = await startRun(driver)
    const client = newClient(endpoint)
    await createTable(client)
    const names = Array.from({ length: 50 }, (_, i) => `k${i}`)
    await Promise.all(names.map((name) => put(client, item(name))))
    run.kill('SIGKILL')
    await once(run, 'exit')
    client.destroy()
    const next = await open(driver, folder.path)
    expect(await allKeys(next.client)).toEqual([...names].sort())
    if (pid !== undefined) await untilGone(pid)
    await next.close()
  })
})

describe('the embedded emulator', () => {
  it('takes back a transaction that a crash broke off in the middle', async () => {
    const first = await open('dynalite', folder.path)
    await createTable(first.client)
    await put(first.client, item('a', { n: { N: '1' } }))
    await first.close()
    const journal = new Journal(join(folder.path, 'dynamodb-journal.db'))
    const before = { table: 'core', key: item('a'), before: item('a', { n: { N: '0' } }) }
    journal.begin([before, { table: 'core', key: item('b'), before: undefined }])
    journal.close()
    const second = await open('dynalite', folder.path)
    const { Item } = await second.client.send(new GetItemCommand({ TableName: 'core', Key: item('a') }))
    expect(Item?.['n']).toEqual({ N: '0' })
    expect(await allKeys(second.client)).toEqual(['a'])
    await second.close()
  })
})

describe.runIf(nativeBinary() !== undefined)('the native emulator', () => {
  it('keeps acknowledged writes when it is killed itself', async () => {
    const first = await open('dynoxide', folder.path)
    await createTable(first.client)
    for (const pk of ['a', 'b', 'c']) await put(first.client, item(pk))
    process.kill(first.dynamo.pid!, 'SIGKILL')
    await first.dynamo.exited
    await first.close()
    const second = await open('dynoxide', folder.path)
    expect(await allKeys(second.client)).toEqual(['a', 'b', 'c'])
    await second.close()
  })

  it('ends with the run that started it', async () => {
    const { run, pid } = await startRun('dynoxide')
    expect(isAlive(pid)).toBe(true)
    run.kill('SIGTERM')
    await once(run, 'exit')
    await untilGone(pid)
  })

  it('left behind by a killed run is found and ended before another starts', async () => {
    const db = join(folder.path, 'dynamodb.db')
    const orphan = await startNative({ binary: nativeBinary()!, db })
    const dead = { pid: orphan.pid, db, owner: 999_999_999, ownerStarted: '1' }
    writeFileSync(join(folder.path, 'dynamodb.pid'), JSON.stringify(dead))
    const next = await startDynamo({ dataDir: folder.path })
    expect(next.endedOrphan).toBe(orphan.pid)
    await orphan.exited
    await next.close()
    expect(existsSync(join(folder.path, 'dynamodb.pid'))).toBe(false)
  })

  it('refuses a data directory that another run works on', async () => {
    await startRun('dynoxide')
    await expect(startDynamo({ dataDir: folder.path })).rejects.toThrow(/in use/)
  })

  it('does not touch a process that is not its own', async () => {
    const db = join(folder.path, 'dynamodb.db')
    const stranger = spawn('sleep', ['60'])
    runs.push(stranger)
    const note = { pid: stranger.pid, db, owner: 999_999_999, ownerStarted: '1' }
    writeFileSync(join(folder.path, 'dynamodb.pid'), JSON.stringify(note))
    const next = await startDynamo({ dataDir: folder.path })
    expect(next.endedOrphan).toBeUndefined()
    expect(isAlive(stranger.pid!)).toBe(true)
    await next.close()
  })
})
