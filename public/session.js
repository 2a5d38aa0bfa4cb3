import { api } from './api.js'

/** Who is signed in, what he may do, and his spaces; 401 when nobody is. @returns {Promise<import('./permissions.js').Me>} */
export async function getMe() {
  const user = await api.get('/users/me')
  const [permissions, spaces] = await Promise.all([
    api.get(`/users/${user.Id}/permissions`),
    api.get(`/users/${user.Id}/spaces`),
  ])
  return { user, permissions, spaces }
}
