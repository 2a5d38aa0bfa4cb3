import type { ListParams, Page } from '#bus/page.ts'

/** A file that a deployment, or somebody, has left, as the API shows it. */
export interface Artifact {
  Id: string
  SpaceId: string
  Filename: string
  /** Where it comes from: the name of a machine or a step. */
  Source: string | null
  ServerTaskId: string | null
  /** An ISO date. */
  Created: string
  /** The activity of the task's log that it belongs to. */
  LogCorrelationId: string | null
  /** In bytes; null until there is content. */
  SizeBytes: number | null
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** An artifact's file, for who sends it. */
export interface ArtifactContent {
  BlobName: string
  Size: number
  FileName: string
  /** Changes when the content does. */
  Tag: string
}

interface ArtifactBody {
  Filename: string
  Source?: string | null
  LogCorrelationId?: string | null
}

declare module '#bus' {
  interface Actions {
    /** The newest first. `regarding`: id of a task, deployment, release, project or environment. */
    'artifacts.list'(
      params: Omit<ListParams, 'name'> & { regarding?: string; order?: 'asc' | 'desc' },
    ): Page<Artifact>
    'artifacts.get'(params: { spaceId: string; id: string }): Artifact
    'artifacts.create'(
      params: { spaceId: string; ServerTaskId?: string | null } & ArtifactBody,
    ): Artifact
    'artifacts.modify'(params: { spaceId: string; id: string } & ArtifactBody): Artifact
    'artifacts.remove'(params: { spaceId: string; id: string }): null
    'artifacts.content'(params: { spaceId: string; id: string }): ArtifactContent
    /** Whether the caller may give the artifact content; refuses otherwise. */
    'artifacts.expect'(params: { spaceId: string; id: string }): null
    /** Gives it a file that has been written, in place of the one it had. */
    'artifacts.fill'(params: {
      spaceId: string
      id: string
      blobName: string
      size: number
    }): Artifact
    /**
     * Keeps a file that a worker has sent. Idempotent by task, source and file name: the second file
     * takes the place of the first. `blobName` must begin with `artifacts/{spaceId}/`.
     */
    'artifacts.collect'(params: {
      spaceId: string
      serverTaskId: string
      filename: string
      source: string | null
      logCorrelationId: string | null
      blobName: string
      /** In bytes. */
      size: number
      /** Ids of what it is about besides: deployment, release, project, environment. */
      related: string[]
    }): Artifact
    /** Takes away those of tasks that go. */
    'artifacts.removeOf'(params: { spaceId: string; taskIds: string[] }): null
    'artifacts.eraseSpace'(params: { spaceId: string }): null
  }
}
