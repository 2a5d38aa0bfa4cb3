/** Wakes those who read the log of a task when it grows, or when the task changes. */
export interface LogReaders {
  wake(taskId: string, what: 'lines' | 'task'): void
  /** All of them, when news may have been lost. */
  wakeAll(): void
  /** Is woken from now on, until the answer is called. */
  add(taskId: string, reader: (what: 'lines' | 'task') => void): () => void
}

export function logReaders(): LogReaders {
  const readers = new Map<string, Set<(what: 'lines' | 'task') => void>>()
  return {
    wake(taskId, what) {
      for (const reader of readers.get(taskId) ?? []) reader(what)
    },

    wakeAll() {
      for (const ofTask of readers.values()) for (const reader of ofTask) reader('task')
    },

    add(taskId, reader) {
      const ofTask = readers.get(taskId) ?? new Set()
      ofTask.add(reader)
      readers.set(taskId, ofTask)
      return () => {
        ofTask.delete(reader)
        if (ofTask.size === 0) readers.delete(taskId)
      }
    },
  }
}
