import { type Document, type Query, Schema } from 'mongoose'
import { foldName } from '#domain/name.ts'
import { resource } from '#store/resource.ts'
import { takenOn } from '#store/taken.ts'

export interface StoredUser {
  _id: string
  Username: string
  /** The username as usernames are compared, under the name by which lists look for names. */
  _name: string
  DisplayName: string
  EmailAddress: string
  IsActive: boolean
  IsService: boolean
  /** The hash of the password; null: he cannot sign in by one. */
  _password: string | null
  LastModifiedOn?: string
  LastModifiedBy?: string
}

export const userSchema = new Schema<StoredUser>({
  Username: { type: String, required: true },
  _name: { type: String, unique: true },
  DisplayName: { type: String, default: '' },
  EmailAddress: { type: String, default: '' },
  IsActive: { type: Boolean, default: true },
  IsService: { type: Boolean, default: false },
  _password: { type: String, default: null },
  LastModifiedOn: String,
  LastModifiedBy: String,
}).plugin(resource)

userSchema.pre('validate', fold)
userSchema.pre('findOneAndUpdate', fold)
takenOn(userSchema, { indexed: '_name', shown: 'Username' })

function fold(this: Document | Query<unknown, unknown>) {
  const name = this.get('Username')
  if (name !== undefined) this.set('_name', foldName(name))
}
