// A real identity provider as a process: `node provider.mjs MODULES PORT BASE…`, with the folder of its modules and the
// addresses that may send people to it. Whoever types a login on its page is that subject, whatever the password.
//
// A subject that is named after a fault gets an ID token with that fault and a right signature, unless the fault is it.
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { pathToFileURL } from 'node:url'

const [modules, port, ...bases] = process.argv.slice(2)
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`))
const { SignJWT, decodeJwt, decodeProtectedHeader } = await import(pathToFileURL(`${modules}/jose/dist/webapi/index.js`))

const issuer = `http://127.0.0.1:${port}`
const secret = 'a secret of the tests and of nothing else'
const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const strange = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'xinjian',
    client_secret: secret,
    redirect_uris: bases.map((base) => `${base}/console/sign-in/provider/return`),
    post_logout_redirect_uris: bases.map((base) => `${base}/console/sign-in`),
  }],
  jwks: { keys: [{ ...own.export({ format: 'jwk' }), use: 'sig', kid: 'own' }] },
  cookies: { keys: ['cookies of the tests'] },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => {
        ctx.body = `<!doctype html><html lang="en"><title>Leave</title><h1>Leave</h1>${form}
          <button form="op.logoutForm" name="logout" value="yes">Yes, leave</button>`
      },
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  // Nobody is asked whether this service may know who he is.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
})

const FORM = `<!doctype html><html lang="en"><title>Who are you?</title><h1>Who are you?</h1>
  <form method="post"><label>Login <input name="login"></label>
  <label>Password <input name="password" type="password"></label><button>Go on</button>
  <button name="cancel" value="1">Cancel</button></form>`

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  if (ctx.method === 'GET') {
    ctx.body = FORM
    return undefined
  }
  const chunks = []
  for await (const chunk of ctx.req) chunks.push(chunk)
  const typed = new URLSearchParams(Buffer.concat(chunks).toString())
  const result = typed.get('cancel')
    ? { error: 'access_denied', error_description: 'called off' }
    : { login: { accountId: typed.get('login') } }
  ctx.respond = false
  return provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
})

const HOUR = 3600
const FAULTS = {
  iss: (claims) => ({ ...claims, iss: 'http://127.0.0.1:1' }),
  aud: (claims) => ({ ...claims, aud: 'another' }),
  azp: (claims) => ({ ...claims, aud: ['xinjian', 'another'], azp: 'another' }),
  nonce: (claims) => ({ ...claims, nonce: 'of another trip' }),
  'no-nonce': ({ nonce, ...claims }) => claims,
  exp: (claims) => ({ ...claims, iat: claims.iat - HOUR, exp: claims.iat - HOUR / 2 }),
  'no-exp': ({ exp, ...claims }) => claims,
  sub: (claims) => ({ ...claims, sub: '' }),
}
const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')

async function faulty (fault, token) {
  const claims = decodeJwt(token)
  const header = decodeProtectedHeader(token)
  if (fault === 'none') return `${encoded({ alg: 'none' })}.${encoded(claims)}.`
  if (fault === 'HS256') {
    const said = `${encoded({ alg: 'HS256' })}.${encoded(claims)}`
    return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`
  }
  if (fault === 'garbled') return `${token.slice(0, -8)}AAAAAAAA`
  const changed = FAULTS[fault] ? FAULTS[fault](claims) : claims
  return new SignJWT(changed).setProtectedHeader(header).sign(fault === 'strange-key' ? strange : own)
}

provider.use(async (ctx, next) => {
  await next()
  if (ctx.path !== '/token' || !ctx.body.id_token) return
  const fault = /^fault:(.+)$/.exec(decodeJwt(ctx.body.id_token).sub)
  if (fault) ctx.body.id_token = await faulty(fault[1], ctx.body.id_token)
})

provider.listen(Number(port), '127.0.0.1', () => console.log(`at ${issuer}`))
