import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { bodyOf } from './far-ends/body.js';

/** Somebody who can be picked; `email` has been seen answered unless `isUnverified`. */
export type Pickable = { id: string; name: string; email: string; isUnverified?: boolean };
export type DevelopmentProvider = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  stop: () => Promise<void>;
};

const CLIENT_ID = 'recall';
const LOOPBACK = '127.0.0.1';
/** Who signs in again picks again. */
const SESSION_SECONDS = 1;

/**
 * An OpenID provider for development, on this machine alone: whoever comes picks whom they are. It speaks the protocol of a real
 * one, so that nothing of the product knows of it. `people` are read for each page.
 */
export async function startIdentityProvider({
  people,
  redirectUri,
  port = 0,
}: {
  people: () => Promise<Pickable[]>;
  redirectUri: string;
  port?: number;
}): Promise<DevelopmentProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  const issuer = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const clientSecret = randomBytes(24).toString('base64url');
  const provider = await newProvider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    jwks: { keys: [signingKey()] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // The product reads who somebody is from the token alone.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/pick/${uid}` },
    ttl: {
      ...{ AccessToken: 60, AuthorizationCode: 60, IdToken: 60 },
      ...{ Grant: 600, Interaction: 600, Session: SESSION_SECONDS },
    },
    async findAccount(_context, id) {
      const found = (await people()).find((one) => one.id === id);
      if (found === undefined) return undefined;
      const { name, email, isUnverified = false } = found;
      return { accountId: id, claims: () => ({ sub: id, name, email, email_verified: !isUnverified }) };
    },
    // Nobody is asked whether the product may know who they are: it is what they came for.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: CLIENT_ID, accountId: oidc.session!.accountId! });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const speak = provider.callback();
  handle = (request, response) => {
    const isPick = request.url!.startsWith('/pick/');
    void (isPick ? pick(provider, people, request, response) : speak(request, response)).catch((failed: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(failed));
    });
  };
  return {
    ...{ issuer, clientId: CLIENT_ID, clientSecret },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Without what the library says to whoever would run it in production: who develops can do nothing about it. */
async function newProvider(issuer: string, configuration: Configuration): Promise<Provider> {
  const { warn } = console;
  console.warn = (...said: unknown[]) => {
    if (!String(said[0]).includes('oidc-provider WARNING')) warn(...said);
  };
  try {
    const { default: Made } = await import('oidc-provider');
    return new Made(issuer, configuration);
  } finally {
    console.warn = warn;
  }
}

/** The page on which somebody picks whom they are, and what comes of it. */
async function pick(
  provider: Provider,
  people: () => Promise<Pickable[]>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageOf(await people()));
    return;
  }
  const accountId = new URLSearchParams(await bodyOf(request)).get('person') ?? '';
  const isThere = (await people()).some(({ id }) => id === accountId);
  const result = isThere ? { login: { accountId } } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

function pageOf(people: Pickable[]): string {
  const buttons = people.map(
    ({ id, name, email }) =>
      `<p><button name="person" value="${escaped(id)}"><strong>${escaped(name)}</strong><br>${escaped(email)}</button></p>`,
  );
  const none = '<p>The roster is empty: import one first (recall import roster FILE).</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who are you?</title>
<style>body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
button{font:inherit;width:100%;padding:.75rem 1rem;text-align:start}</style></head>
<body><h1>Who are you?</h1>
<p>This identity provider is for development: nobody proves anything here.</p>
<form method="post">${buttons.length === 0 ? none : buttons.join('\n')}</form></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
}
