import type { Masker } from './masking.ts'
import { messageMark, type ServiceMessage, scanMessage } from './service-messages.ts'

/** Whole lines, each with its `\n`, or a service message. */
export type Piece = string | ServiceMessage

const lineFeed = 10
const carriageReturn = 13
/** A longer line is cut into lines of at most so many bytes. */
export const longestLine = 64 * 1024
/** A message that is not closed after so many bytes is ordinary text. */
const longestMessage = 8 * 1024 * 1024

interface Reading {
  masker: Masker
  /** Nothing follows these bytes. */
  isEnd: boolean
}

/** The lines and messages that are complete in these bytes, and how many bytes they are. */
export function piecesOf(bytes: Buffer, reading: Reading): { pieces: Piece[]; used: number } {
  const used = reading.isEnd ? bytes.length : endOfLines(bytes)
  const whole = bytes.subarray(0, used)
  const isPlain = bytes.length - used <= longestLine && !hasLongLine(whole)
  if (!isPlain || whole.includes(messageMark)) return carefully(bytes, reading)
  return { pieces: used > 0 ? [linesOf(whole)] : [], used }
}

/** Line by line where a message or a very long line is; the lines between stay together. */
function carefully(bytes: Buffer, { masker, isEnd }: Reading): { pieces: Piece[]; used: number } {
  // One character a byte, so that places in the text are places in the bytes.
  const text = bytes.toString('latin1')
  const pieces: Piece[] = []
  let plain = 0
  const addPlain = (to: number) => {
    if (to > plain) pieces.push(linesOf(bytes.subarray(plain, to)))
    plain = to
  }

  let at = 0
  let mark = text.indexOf(messageMark)
  while (at < bytes.length) {
    const lineEnd = endOfLine(bytes, at, isEnd)
    const isMarked = mark >= 0 && (lineEnd < 0 || mark < lineEnd)
    const scanned = isMarked ? scanMessage(text, mark) : null
    if (scanned?.state === 'partial' && !isEnd && bytes.length - mark <= longestMessage) break

    const end = scanned?.state === 'complete' ? mark : lineEnd
    const cut = cutOf(bytes, { from: at, end, masker })
    if (cut > 0) {
      at += cut
      addPlain(at)
    } else if (scanned?.state === 'complete') {
      const after = endOfLine(bytes, scanned.end, isEnd)
      const hasText = !/^[\r\n]*$/.test(text.slice(scanned.end, after < 0 ? undefined : after))
      // The end of its line belongs to the message, and has not come yet.
      if (after < 0 && !hasText) break
      addPlain(mark)
      pieces.push(scanned.message)
      at = plain = hasText ? scanned.end : after
      mark = text.indexOf(messageMark, scanned.end)
    } else if (isMarked) {
      mark = text.indexOf(messageMark, mark + 1)
    } else if (lineEnd < 0) break
    else at = lineEnd
  }
  addPlain(at)
  return { pieces, used: at }
}

interface Line {
  from: number
  /** After its line end; negative when it may go on. */
  end: number
  masker: Masker
}

/** How many bytes of a very long line make a line of their own; 0 leaves it whole. */
function cutOf(bytes: Buffer, { from, end, masker }: Line): number {
  const line = bytes.subarray(from, withoutEnd(bytes, end < 0 ? bytes.length : end))
  // What goes on may complete a secret or a message that begins before the cut.
  const ahead = end < 0 ? Math.max(masker.longest(), messageMark.length) : 0
  if (line.length <= longestLine + ahead) return 0
  let cut = longestLine
  for (let back = 0; back < 3 && isContinuation(line[cut]); back++) cut--
  // Nothing before a secret longer than a line: it becomes a line as it is.
  return masker.cutBefore(line, cut) || Math.min(line.length, masker.longest())
}

/** Whether a byte goes on with a character of UTF-8. */
const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

function withoutEnd(bytes: Buffer, end: number): number {
  let last = end
  while (last > 0 && (bytes[last - 1] === lineFeed || bytes[last - 1] === carriageReturn)) last--
  return last
}

/** After the last complete line. A carriage return at the very end may be half a line end. */
function endOfLines(bytes: Buffer): number {
  const afterFeed = bytes.lastIndexOf(lineFeed) + 1
  let end = bytes.length
  while (end > afterFeed && bytes[end - 1] === carriageReturn) end--
  return afterFeed + bytes.subarray(afterFeed, end).lastIndexOf(carriageReturn) + 1
}

/** After the line that begins at `from`; negative when its end has not come. */
function endOfLine(bytes: Buffer, from: number, isEnd: boolean): number {
  const feed = bytes.indexOf(lineFeed, from)
  const line = bytes.subarray(from, feed < 0 ? bytes.length : feed)
  let at = line.indexOf(carriageReturn)
  const missing = isEnd ? bytes.length : -1
  if (at < 0) return feed < 0 ? missing : feed + 1
  at += from
  while (bytes[at] === carriageReturn) at++
  if (at === bytes.length) return missing
  return bytes[at] === lineFeed ? at + 1 : at
}

function hasLongLine(bytes: Buffer): boolean {
  let at = 0
  while (bytes.length - at > longestLine) {
    const feed = bytes.lastIndexOf(lineFeed, at + longestLine)
    if (feed < at) return true
    at = feed + 1
  }
  return false
}

/** Carriage returns end a line as they do on a terminal, so a progress bar is several lines. */
function linesOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const lines = text.includes('\r') ? text.replace(/\r+\n?/g, '\n') : text
  return lines.endsWith('\n') ? lines : `${lines}\n`
}
