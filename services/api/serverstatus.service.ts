import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism, release, type } from 'node:os'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { durationText } from '#domain/duration.ts'
import { countsFor } from './counts.ts'
import { serverLog } from './server-log.ts'
import { takoVersion } from './version.ts'

const CAPABILITIES = ['GetAllSpacesRequest']

/** What clients may ask to be switched on: nothing yet. */
const TOGGLES: { Name: string; IsEnabled: boolean }[] = []

/** What is away says so itself, as to every client. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && 'retryable' in error && error.retryable === true
    ? error.message
    : 'The server does not work as it should: its log has more.'

const THREADS = '/proc/self/task'

export default defineService('serverstatus', {
  actions: {
    get: {
      description: 'What state the server is in',
      permission: 'any',
      params: {},
      handler: () => ({
        IsDatabaseEncrypted: true,
        IsMajorMinorUpgrade: false,
        IsInMaintenanceMode: false,
        IsPotentialClone: false,
        IsUpgradeAvailable: false,
        MaintenanceExpires: null,
        MaximumAvailableVersion: null,
        MaximumAvailableVersionCoveredByLicense: null,
        Links: {
          Self: '/api/serverstatus',
          Health: '/api/serverstatus/health',
          TimeZones: '/api/serverstatus/timezones',
          Counts: '/api/serverstatus/counts',
          SystemInfo: '/api/serverstatus/system-info',
          RecentLogs: '/api/serverstatus/logs{?skip,take,includeDetail}',
          SystemReport: '/api/serverstatus/system-report',
          ExtensionStats: '/api/serverstatus/extensions',
        },
      }),
    },

    health: {
      description: 'Whether the server answers: for those who watch it',
      permission: 'public',
      params: {},
      async handler() {
        const health = {
          Description: 'The server is working.',
          IsOperatingNormally: true,
          IsCompliantWithLicense: true,
          IsEntireClusterDrainingTasks: false,
          IsEntireClusterReadOnly: false,
        }
        try {
          const nodes = await asSystem(this.broker, 'its health').call('nodes.summary', {})
          return { ...health, IsEntireClusterDrainingTasks: nodes.IsEntireClusterDrainingTasks }
        } catch (error) {
          // That is the answer: who watches wants to know it, and needs no other.
          this.logger.debug('The health of the server is not good', error)
          return { ...health, Description: reasonOf(error), IsOperatingNormally: false }
        }
      },
    },

    timezones: {
      description: 'The time zones that a schedule can have',
      permission: 'any',
      params: {},
      handler() {
        const local = Intl.DateTimeFormat().resolvedOptions().timeZone
        const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), local])
        return [...zones].map((zone) => ({ Id: zone, Name: zone, IsLocal: zone === local }))
      },
    },

    counts: {
      description: 'How much there is of each kind',
      permission: 'any',
      params: {},
      async handler(ctx) {
        return countsFor(ctx, this.broker)
      },
    },

    info: {
      description: 'The process that answers',
      permission: 'AdministerSystem',
      params: {},
      handler: () => ({
        Version: takoVersion,
        OSVersion: `${type()} ${release()}`,
        ClrVersion: `Node.js ${process.version}`,
        Uptime: durationText(process.uptime() * 1000),
        WorkingSetBytes: process.memoryUsage.rss(),
        ThreadCount: existsSync(THREADS) ? readdirSync(THREADS).length : availableParallelism(),
        MinThreadPoolCount: availableParallelism(),
      }),
    },

    logs: {
      description: "The server's own log, the newest lines first",
      permission: 'AdministerSystem',
      params: {
        skip: { type: 'number', integer: true, min: 0, max: 100_000, convert: true, default: 0 },
        take: { type: 'number', integer: true, min: 0, convert: true, default: 100 },
        includeDetail: { type: 'boolean', convert: true, default: false },
      },
      async handler(ctx) {
        const { skip = 0, take = 100, includeDetail = false } = ctx.params
        return serverLog(skip, Math.min(take, 10_000), includeDetail)
      },
    },

    extensions: {
      description: 'Extensions of the server: it has none',
      permission: 'any',
      params: {},
      handler: () => [],
    },

    toggles: {
      description: 'What of the newest can be switched on',
      permission: 'any',
      params: { name: { type: 'string', optional: true } },
      handler(ctx) {
        const { name } = ctx.params
        return { FeatureToggles: TOGGLES.filter((toggle) => !name || toggle.Name === name) }
      },
    },

    capabilities: {
      description: 'What clients may count on',
      permission: 'any',
      params: {},
      handler: () => ({ Capabilities: CAPABILITIES }),
    },
  },
})
