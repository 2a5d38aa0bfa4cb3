import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Feed } from './feeds.contract.ts'

export const feedSchema = new Schema<Feed>({
  SpaceId: { type: String, required: true },
  FeedType: { type: String, required: true },
  PackageAcquisitionLocationOptions: [String],
  DeleteUnreleasedPackagesAfterDays: { type: Number, default: null },
  DeletePackagesAssociatedWithReleases: { type: Boolean, default: false },
  IsBuiltInRepoSyncEnabled: { type: Boolean, default: false },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })
