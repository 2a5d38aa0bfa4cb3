import { logFolder } from '#bus/logging.ts'
import { lastLines } from './last-lines.ts'
import type { LogLine } from './serverstatus.contract.ts'

const categories: Record<string, string> = {
  fatal: 'Fatal',
  error: 'Error',
  warn: 'Warning',
  info: 'Info',
  debug: 'Verbose',
  trace: 'Trace',
}

/** The lines of the server's own log, the newest first. */
export async function serverLog(
  skip: number,
  take: number,
  withDetail: boolean,
): Promise<LogLine[]> {
  const lines = await lastLines(logFolder, /^tako-.*\.log$/, skip + take)
  return lines.slice(skip).map((line, index) => lineOf(line, skip + index, withDetail))
}

function lineOf(line: string, number: number, withDetail: boolean): LogLine {
  const { at, level, module, message, details } = parsed(line)
  return {
    Category: categories[level] ?? 'Info',
    OccurredAt: at,
    MessageText: `${module}: ${message}`,
    Detail: withDetail ? (details ?? null) : null,
    Number: number,
  }
}

interface Written {
  at: string
  level: string
  module: string
  message: string
  details?: string
}

/** A line that a crash has cut is shown as it is. */
function parsed(line: string): Written {
  try {
    return JSON.parse(line)
  } catch {
    return { at: new Date(0).toISOString(), level: 'info', module: 'tako', message: line }
  }
}
