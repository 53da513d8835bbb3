/** The local DynamoDB: an endpoint that is there already, the native emulator, or the embedded one. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startEmbedded } from './embedded.ts'
import { nativeBinary, startNative } from './native.ts'
import { endOrphan } from './orphan.ts'
import { scratchFolder } from './scratch.ts'
import { indexStreams } from './stream-index.ts'

export interface DynamoOptions {
  /** Where the data is kept; nothing is kept without. */
  readonly dataDir?: string
  /** An endpoint to use instead of starting anything. */
  readonly endpoint?: string | undefined
  /** Which one to start; the native one where it is installed unless told. */
  readonly driver?: 'dynoxide' | 'dynalite'
  /** The native binary; the installed one unless told. */
  readonly binary?: string
}

export interface LocalDynamo {
  readonly endpoint: string
  readonly driver: 'external' | 'dynoxide' | 'dynalite'
  /** The emulator's process, when it is one of its own. */
  readonly pid?: number
  /** The process of a killed run that was ended first. */
  readonly endedOrphan?: number
  /** Settles when the emulator's process has ended, however it did. */
  readonly exited?: Promise<void>
  close(): Promise<void>
}

const startKept = async (binary: string, dataDir: string): Promise<LocalDynamo> => {
  const db = join(dataDir, 'dynamodb.db')
  const pidFile = join(dataDir, 'dynamodb.pid')
  const endedOrphan = await endOrphan(pidFile, db)
  const native = await startNative({ binary, db, pidFile })
  indexStreams(db)
  return { ...native, driver: 'dynoxide', ...(endedOrphan !== undefined && { endedOrphan }) }
}

/** In memory it has the same file, in a folder that goes with this process: only a file can be given an index. */
const startScratch = async (binary: string): Promise<LocalDynamo> => {
  const folder = scratchFolder()
  const kept = await startKept(binary, folder.path)
  return {
    ...kept,
    close: async () => {
      await kept.close()
      folder.remove()
    },
  }
}

/** Starts DynamoDB and answers once it serves. */
export const startDynamo = async (options: DynamoOptions = {}): Promise<LocalDynamo> => {
  if (options.endpoint !== undefined && options.endpoint !== '')
    return { endpoint: options.endpoint, driver: 'external', close: async () => undefined }
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir)
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true })
  const binary = options.driver === 'dynalite' ? undefined : (options.binary ?? nativeBinary())
  if (binary !== undefined) return dataDir === undefined ? startScratch(binary) : startKept(binary, dataDir)
  if (options.driver === 'dynoxide') throw new Error('The native DynamoDB emulator is not installed.')
  return { ...(await startEmbedded(dataDir)), driver: 'dynalite' }
}
