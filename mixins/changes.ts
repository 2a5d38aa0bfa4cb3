import { NotFoundError } from '#bus/errors.ts'
import { slugOf } from '#domain/slug.ts'
import { publicOf } from '#store/resource.ts'
import { withFreeSlug } from '#store/slugged.ts'
import type { AnyModel, Filter } from './listing.ts'

/** A resource as others name it. */
export interface Reference {
  Id: string
  Name: string
}

/** Stores a new resource and gives it as it will be read; its slug is a free one like its name. */
export function insertResource<T>(
  model: AnyModel,
  fields: { Id: string; Name?: string; Slug?: string | undefined; [field: string]: unknown },
): Promise<T> {
  const insert = async (more: object) => {
    const document = await model.create({ ...fields, ...more })
    return document.toObject() as T // A document of the model of T.
  }
  if (!model.schema.path('Slug')) return insert({})
  const wish = slugOf(fields.Slug || fields.Name || '') || slugOf(fields.Id)
  return withFreeSlug(wish, (Slug) => insert({ Slug }))
}

/** The same for what there must be one of, as `where` says, however many nodes make it at once. */
export async function insertUnless(
  model: AnyModel,
  where: Filter,
  fields: { Id: string; Name?: string; [field: string]: unknown },
): Promise<void> {
  if (await model.exists(where)) return
  await insertResource(model, fields).catch(async (error) => {
    if (!(await model.exists(where))) throw error
  })
}

/** Who replaces a resource, and in which state it must still be. */
interface Writing {
  username: string
  guard?: Filter
}

/** Stores what is different now, and who changed it when. */
export async function replaceResource<T>(
  model: AnyModel,
  { Id, SpaceId }: { Id: string; SpaceId?: string },
  fields: object,
  { username, guard }: Writing,
): Promise<T> {
  const where = { _id: Id, ...(SpaceId !== undefined && { SpaceId }), ...guard }
  const stamp = { LastModifiedOn: new Date().toISOString(), LastModifiedBy: username }
  const after = await model.findOneAndUpdate(
    where,
    { $set: { ...slugged(fields), ...stamp }, ...(isCounted(model) && { $inc: { Version: 1 } }) },
    { returnDocument: 'after', runValidators: true, lean: true },
  )
  if (!after) throw new NotFoundError(model.modelName, Id)
  return publicOf(after) as T // A document of the model of T.
}

/** A `Version` that is a text is that of something else. */
const isCounted = (model: AnyModel) => model.schema.path('Version')?.instance === 'Number'

/** A slug in the form that slugs have; one that is no slug at all leaves the old one. */
function slugged({ Slug, ...fields }: { Slug?: unknown }): object {
  const slug = typeof Slug === 'string' ? slugOf(Slug) : ''
  return slug === '' ? fields : { ...fields, Slug: slug }
}
