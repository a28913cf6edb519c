// oidc-provider (panva), an OpenID Certified issuer, as a desk's own: one client, people by name.
// What it is told stands in the variable CONFIG; POST /control changes people and who signs in next.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const told = JSON.parse(process.env.CONFIG);
const state = { people: told.people, who: told.who };
const { privateKey } = await generateKeyPair(told.alg, { extractable: true });
const jwk = { ...(await exportJWK(privateKey)), use: 'sig', alg: told.alg };
const scopes = 'openid email profile offline_access';
const secret = told.secret ? { client_secret: told.secret } : {};

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  clients: [{
    client_id: told.client, ...secret,
    token_endpoint_auth_method: told.secret ? told.auth : 'none',
    redirect_uris: [told.back], grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: told.alg,
  }],
  jwks: { keys: [jwk] },
  cookies: { keys: ['for this test alone'] },
  enabledJWA: { idTokenSigningAlgValues: [told.alg] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  conformIdTokenClaims: told.conform,
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => told.refresh,
  findAccount: async (ctx, id) => state.people[id] && {
    accountId: id, claims: async () => ({ sub: id, ...state.people[id] }),
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(scopes);
    await grant.save();
    return grant;
  },
});

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

const answer = provider.callback();
server.on('request', async (request, response) => {
  try {
    if (request.url === '/control') {
      Object.assign(state, await body(request));
      response.end('{}');
    } else if (request.url.startsWith('/interaction/')) {
      await provider.interactionFinished(request, response, { login: { accountId: state.who } });
    } else {
      await answer(request, response);
    }
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  }
});
console.log(url);
