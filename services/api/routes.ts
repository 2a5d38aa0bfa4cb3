import { betweenRoutes } from './between.routes.ts'
import { deploymentRoutes } from './deployments.routes.ts'
import { identityRoutes } from './identity.routes.ts'
import { incomingRoutes } from './incoming.routes.ts'
import { infrastructureRoutes } from './infrastructure.routes.ts'
import { libraryRoutes } from './library.routes.ts'
import { outgoingRoutes } from './outgoing.routes.ts'
import { projectRoutes } from './projects.routes.ts'
import { promotionRoutes } from './promotions.routes.ts'
import type { Route } from './route.ts'
import { serverRoutes } from './server.routes.ts'
import { taskRoutes } from './tasks.routes.ts'
import { unbuiltRoutes } from './unbuilt.routes.ts'

const built: readonly Route[] = [
  ...serverRoutes,
  ...identityRoutes,
  ...infrastructureRoutes,
  ...libraryRoutes,
  ...projectRoutes,
  ...deploymentRoutes,
  ...promotionRoutes,
  ...outgoingRoutes,
  ...incomingRoutes,
  ...betweenRoutes,
  ...taskRoutes,
]

/** Every route of the API, in all spaces: each stands once. */
export const routes: readonly Route[] = [...built, ...unbuiltRoutes(built)]
