/** Loaded before a process: its clock is an hour ahead. */
const AHEAD_MS = 3_600_000
const Real = Date

globalThis.Date = class extends Real {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(Real.now() + AHEAD_MS)
    else super(...(parts as [number]))
  }
  static override now = () => Real.now() + AHEAD_MS
} as DateConstructor
