/** Archives for tests, good ones and evil ones. */
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { ZipFile } from 'yazl'

export interface Packed {
  name: string
  content?: string | Buffer
  /** With its type where it is no plain file: 0o120777 is a symbolic link. */
  mode?: number
}

/** A zip of these. A name that no packer takes is written over one that it does. */
export async function zipOf(...files: Packed[]): Promise<Buffer> {
  const zip = new ZipFile()
  const patches: [Buffer, Buffer][] = []
  for (const [index, { name, content = '', mode = 0o100644 }] of files.entries()) {
    const given = nameFor(name, index)
    if (given !== name) patches.push([Buffer.from(given), Buffer.from(name)])
    if (given.endsWith('/')) zip.addEmptyDirectory(given)
    else zip.addBuffer(Buffer.from(content), given, { mode })
  }
  zip.end()
  const bytes = await buffer(zip.outputStream as unknown as AsyncIterable<Buffer>)
  for (const [from, to] of patches) {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at)) to.copy(bytes, at)
  }
  return bytes
}

/** A good name of the same length in bytes, where the packer would refuse the one that is wanted. */
function nameFor(name: string, index: number): string {
  const isGood =
    /^(?!\/|[A-Za-z]:)[\x20-\x5b\x5d-\uffff]+$/.test(name) && !name.split('/').includes('..')
  const length = Buffer.byteLength(name)
  return isGood ? name : `${index}`.padEnd(length, '_').slice(0, length)
}

export type Tarred = Partial<Header> & Pick<Header, 'name'> & { content?: string | Buffer }

export async function tarOf(...files: Tarred[]): Promise<Buffer> {
  const tar = pack()
  const bytes = buffer(tar)
  for (const { content = '', ...header } of files) {
    if (header.type && header.type !== 'file') tar.entry(header)
    else tar.entry(header, content)
  }
  tar.finalize()
  return bytes
}

export const tgzOf = async (...files: Tarred[]): Promise<Buffer> => gzipSync(await tarOf(...files))
