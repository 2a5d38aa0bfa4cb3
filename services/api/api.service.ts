import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Service, ServiceSchema } from 'moleculer'
import ApiGateway, { type ApiSettingsSchema } from 'moleculer-web'
import type { Bus, Events } from '#bus'
import { config } from '#config'
import { requestIdOf, sendError } from './answers.ts'
import { limitArrival } from './arrival.ts'
import { type Exit, exitOf } from './closing.ts'
import { answer, type Door, openDoor } from './door.ts'
import type { DoorContext } from './exchange.ts'
import { refuseMalformed } from './malformed.ts'
import { answerOutside } from './outside.ts'
import { routes } from './routes.ts'
import { taskChanges } from './task-changes.ts'

/** The service with what it keeps and what its mixin gives. */
type Gateway = Service & {
  door: Door
  exit: Exit
  leave(): Promise<void>
  taskChanges: ReturnType<typeof taskChanges>
  server: Server
  actions: { rest(params: object, options: object): Promise<void> }
}

type Exchanged = DoorContext & { params: { request: IncomingMessage; response: ServerResponse } }
type Told<Name extends keyof Events> = { params: Events[Name] }

/** The services that answer routes, and those that say who asks. */
const answering = new Set([
  'sessions',
  ...routes.flatMap((route) => ('action' in route ? (route.action.split('.')[0] ?? []) : [])),
])

const isApi = /^\/api(?:[/?]|$)/i

/** The one door to the outside. It has no contract: nothing on the bus calls it. */
const gateway = {
  name: 'api',
  mixins: [ApiGateway],

  // A request that comes before the others are there would be told that they are away.
  dependencies: [...answering],

  settings: {
    // Settings are told to all nodes: the private key is not.
    $secureSettings: ['https'],
    $dependencyInterval: 10, // ms
    $dependencyTimeout: 30_000, // ms
    ip: config.host,
    port: config.port,
    ...(config.tls && { https: config.tls }),
    // A large file takes its time: how long a request may take, `arrival.ts` says for each.
    requestTimeout: 0,
    logRouteRegistration: null,
    routes: [],
  },

  actions: {
    /** One request of the API. Everything is called from here, in the name of who sends it. */
    rest: {
      visibility: 'private',
      timeout: 0,
      handler(this: Gateway, ctx: Exchanged) {
        return answer(this.door, ctx, ctx.params.request, ctx.params.response)
      },
    },

    listAliases: {
      description: 'Every route of the REST API, and the action that answers it',
      rest: null,
      params: {},
      handler: () =>
        routes.map(({ method, path, scope, ...route }) => ({
          method,
          path,
          scope,
          action: 'action' in route ? route.action : 'handle' in route ? 'api' : 'not built',
        })),
    },

    // The table of routes stands in the code, and nobody on the bus changes it.
    addRoute: false,
    removeRoute: false,
  },

  events: {
    'changes.made'(this: Gateway, { params }: Told<'changes.made'>) {
      this.door.changes.tell(params)
      if (params.Kind === 'Space') this.door.spaces.forget()
    },
    'permissions.changed'(this: Gateway) {
      this.door.authorities.forget()
      this.door.spaces.forget()
    },
    'spaces.removed'(this: Gateway) {
      this.door.spaces.forget()
    },
    // What the other nodes told while Redis was away, nobody heard.
    '$transporter.connected'(this: Gateway) {
      this.door.changes.missed()
      this.door.logReaders.wakeAll()
    },
    'tasks.logged'(this: Gateway, { params }: Told<'tasks.logged'>) {
      this.door.logReaders.wake(params.id, 'lines')
    },
    'tasks.changed'(this: Gateway, { params }: Told<'tasks.changed'>) {
      this.door.logReaders.wake(params.id, 'task')
      this.taskChanges.note(params.id)
    },
    'tasks.finished'(this: Gateway, { params }: Told<'tasks.finished'>) {
      this.door.logReaders.wake(params.id, 'task')
      this.taskChanges.note(params.id)
    },
  },

  methods: {
    /** Called by the HTTP server. An answer of the API is an action, so that it can be traced. */
    async httpHandler(this: Gateway, request: IncomingMessage, response: ServerResponse) {
      limitArrival(request, response)
      await this.exit.pass(request, response, async () => {
        try {
          if (!isApi.test(request.url ?? '')) return answerOutside(request, response)
          await this.actions.rest({ request, response }, { requestID: requestIdOf(request) })
        } catch (error) {
          const reason = error instanceof Error ? error : new Error(String(error))
          await sendError(request, response, reason, this.logger)
        }
      })
    },

    /** Before anything else stops: what is asked already is answered, and nothing more comes in. */
    async leave(this: Gateway) {
      for (const end of this.door.streams) end()
      await this.exit.leave()
    },
  },

  created(this: Gateway) {
    this.exit = exitOf(this.server)
    this.door = openDoor(this.broker as Bus)
    this.taskChanges = taskChanges(this.broker as Bus, this.door.changes, (error) =>
      this.logger.debug('Changes of tasks were not told', error),
    )
    this.server.headersTimeout = 15_000 // ms
    this.server.keepAliveTimeout = 30_000 // ms
    this.server.on('clientError', refuseMalformed)
  },

  async stopped(this: Gateway) {
    this.taskChanges.stop()
    await this.leave()
    await this.exit.closed()
  },
}

// Moleculer types `this` of a schema by its settings alone: what the mixin and `created` give is `Gateway`.
export default gateway as unknown as ServiceSchema<ApiSettingsSchema>
