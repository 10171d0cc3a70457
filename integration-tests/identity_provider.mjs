// A real provider of identities (oidc-provider, OpenID certified) with keys of its own, for programs.
// node identity_provider.mjs PORT KEY_ID SECONDS
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, kid, seconds] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const scope = 'predict metadata';
const client = (client_id, granted) => ({
  client_id, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
  token_endpoint_auth_method: 'client_secret_post', scope: granted,
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client('dashboard', scope), client('reader', 'metadata')],
  scopes: scope.split(' '),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, audience) => ({
        scope, audience, accessTokenFormat: 'jwt', accessTokenTTL: Number(seconds), jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
