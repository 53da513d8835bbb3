/** What lies in the stand-ins' file once the product has stopped: nothing may be owed any more. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Findings } from './findings.ts'

export const checkLeftovers = (folder: string, findings: Findings): void => {
  const db = new DatabaseSync(join(folder, 'stand-ins.sqlite'))
  const rows = <Row>(sql: string): Row[] => db.prepare(sql).all() as Row[]
  try {
    for (const { queue, n } of rows<{ queue: string; n: number }>(
      'SELECT queue, count(*) AS n FROM sqs_message GROUP BY queue',
    ))
      findings.add('I6 messages left on a queue', `${queue}: ${n}`)
    for (const { n } of rows<{ n: number }>('SELECT count(*) AS n FROM ses_owed'))
      if (n > 0) findings.add('I6 SES events still owed', String(n))
    for (const { n } of rows<{ n: number }>(
      "SELECT count(*) AS n FROM sfn_executions WHERE status = 'RUNNING' OR sending = 1",
    ))
      if (n > 0) findings.add('I6 executions still running', String(n))
    for (const { machine, n } of rows<{ machine: string; n: number }>(
      'SELECT machine, count(*) AS n FROM sfn_versions GROUP BY machine',
    ))
      if (n > 1) findings.add('F16 a restart made a new machine version', `${machine}: ${n}`)
  } finally {
    db.close()
  }
}
