/** One server-sent event, its data read. */
export interface ServerEvent {
  id: string
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it has asked for
  data: any
}

/** Follows a stream of events until `isLast` says so, or the stream ends; then leaves it. */
export async function followUntil(
  url: string,
  headers: Record<string, string>,
  isLast: (event: ServerEvent) => boolean,
  opened?: () => unknown,
): Promise<ServerEvent[]> {
  const controller = new AbortController()
  const response = await fetch(url, { headers, signal: controller.signal })
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`)
  await opened?.()
  const events: ServerEvent[] = []
  let text = ''
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = read(block)
        if (!event) continue
        events.push(event)
        if (isLast(event)) return events
      }
    }
    return events
  } finally {
    controller.abort()
  }
}

/** Comments and the time to wait before the next try are no events. */
function read(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const cut = line.indexOf(': ')
      return [line.slice(0, cut), line.slice(cut + 2)] as const
    }),
  )
  const event = fields.get('event')
  if (event === undefined) return undefined
  return { id: fields.get('id') ?? '', event, data: JSON.parse(fields.get('data') ?? 'null') }
}
