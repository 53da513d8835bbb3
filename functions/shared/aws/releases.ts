/** Who is under way: the running executions of a machine, and the enrolments that they are named after. No scan. */
import { ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { env } from '../env.ts'
import type { ContentSource, Releases } from '../ports.ts'
import { sfn } from './clients.ts'
import { wasPublished } from './content.ts'
import { enrolmentKey, readEnrolment } from './enrolments.ts'
import { getItems, type Item } from './items.ts'
import { leadIdOf } from './keys.ts'

/** Executions to a page, and items to a read. */
const [pageSize, readSize] = [1000, 100]

/** `…:stateMachine:tendril-welcome:7` → the machine, with the executions of all its versions. */
const machineOf = (versionArn: string): string => versionArn.split(':').slice(0, 7).join(':')

const readAll = async (enrolmentIds: readonly string[]): Promise<readonly Item[]> => {
  const groups = Array.from({ length: Math.ceil(enrolmentIds.length / readSize) }, (_, index) =>
    enrolmentIds.slice(index * readSize, (index + 1) * readSize),
  )
  const read = groups.map((ids) => getItems(env.coreTable, ids.map(enrolmentKey)))
  return (await Promise.all(read)).flat()
}

export const releasesOf = (content: ContentSource): Releases => ({
  wasPublished,
  underWay: async (versionArn, cursor) => {
    const { executions = [], nextToken } = await sfn().send(
      new ListExecutionsCommand({
        stateMachineArn: machineOf(versionArn),
        statusFilter: 'RUNNING',
        maxResults: pageSize,
        ...(cursor !== undefined && { nextToken: cursor }),
      }),
    )
    const items = await readAll(executions.map(({ name = '' }) => name))
    const enrolments = await Promise.all(
      items.map(async (item) => (await readEnrolment(content, leadIdOf(String(item['pk'])), item)).enrolment),
    )
    return { enrolments, ...(nextToken !== undefined && { cursor: nextToken }) }
  },
})
