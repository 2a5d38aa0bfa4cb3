/** How a text file is written. */
export interface Encoding {
  name: 'utf-8' | 'utf-16le' | 'utf-16be'
  hasMark: boolean
}

const marks: { encoding: Encoding; bytes: number[] }[] = [
  { encoding: { name: 'utf-8', hasMark: true }, bytes: [0xef, 0xbb, 0xbf] },
  { encoding: { name: 'utf-16le', hasMark: true }, bytes: [0xff, 0xfe] },
  { encoding: { name: 'utf-16be', hasMark: true }, bytes: [0xfe, 0xff] },
]

/** The text of a file; null when it is in none of these encodings. UTF-16 needs its mark. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } | null {
  const mark = marks.find((one) => one.bytes.every((byte, index) => bytes[index] === byte))
  const encoding: Encoding = mark?.encoding ?? { name: 'utf-8', hasMark: false }
  try {
    const decoder = new TextDecoder(encoding.name, { fatal: true, ignoreBOM: true })
    const text = decoder.decode(bytes.subarray(mark?.bytes.length ?? 0))
    return text.includes('\0') ? null : { text, encoding }
  } catch {
    // Bytes that are no text are what is asked about.
    return null
  }
}

/** The file of a text, in the encoding that it came in. */
export function encodeText(text: string, { name, hasMark }: Encoding): Uint8Array {
  const mark = hasMark ? (marks.find((one) => one.encoding.name === name)?.bytes ?? []) : []
  const bytes = name === 'utf-8' ? new TextEncoder().encode(text) : utf16(text, name === 'utf-16be')
  const result = new Uint8Array(mark.length + bytes.length)
  result.set(mark)
  result.set(bytes, mark.length)
  return result
}

function utf16(text: string, isBig: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), !isBig)
  return bytes
}
