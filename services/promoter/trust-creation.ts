import type { Model } from 'mongoose'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import type { IdentityDocument } from '#domain/bundle/identity-document.ts'
import { nameRule } from '#domain/name.ts'
import { insertResource } from '#mixins/changes.ts'
import type { Asked } from '#mixins/crud.ts'
import { newId } from '#store/ids.ts'
import { isDuplicateOf } from '#store/taken.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { StoredTrust } from './trust.model.ts'
import { fieldsOf, pinOf } from './trust-documents.ts'
import { knownAs, storedTrust } from './trust-moves.ts'
import { settingsOf } from './trust-settings.ts'
import type { TrustSettings } from './trusts.contract.ts'

interface Wish {
  spaceId: string
  document: IdentityDocument
  /** As the space calls itself, when nobody says otherwise. */
  name: string | undefined
  settings: TrustSettings
}

type Models = { Trust: Model<StoredTrust>; SpaceIdentity: Model<StoredSpaceIdentity> }

/** Stores a trust as proposed, from a document that was checked. */
export async function proposeTrust(models: Models, ctx: Asked, wish: Wish): Promise<StoredTrust> {
  const { spaceId, document, settings } = wish
  const { fingerprint } = document
  const own = await models.SpaceIdentity.exists({ SpaceId: spaceId, Fingerprint: fingerprint })
  if (own) throw new InvalidError(['Document: this is the identity of this space itself.'])
  const fields = fieldsOf(document)
  const remote = { SpaceId: spaceId, ...fields }
  const known = { remote, before: null, identities: models.SpaceIdentity }
  const Id = newId('Trusts')
  await insertResource(models.Trust, {
    Id,
    SpaceId: spaceId,
    Name: wish.name ?? document.spaceName.trim().slice(0, nameRule.max),
    ...fields,
    ...(await settingsOf(ctx, settings, known)),
    State: 'Proposed',
    Created: new Date().toISOString(),
    CreatedBy: ctx.meta.caller.username,
    _pinned: pinOf(spaceId, fingerprint),
  }).catch(async (error) => {
    if (!isDuplicateOf('_pinned', error)) throw error
    throw new RefusedError(await knownAs(models.Trust, pinOf(spaceId, fingerprint)))
  })
  return storedTrust({ models }, { spaceId, id: Id })
}
