import * as oidc from 'openid-client';
import { z } from 'zod';
import { RecallError } from '../../engine/errors.js';
import type { Account } from '../../store/sessions.js';

export type ProviderSettings = { issuer: string; clientId: string; clientSecret: string };
/** Who somebody is, as their identity provider says. An address counts where it says that it has seen it answered. */
export type Claims = Account & { name: string | null; email: string | null };
type Sent = { state: string; nonce: string; verifier: string };

export type IdentityProvider = {
  /** Whether it is one for development, which proves nothing: it speaks without encryption, on this machine. */
  isDevelopment: boolean;
  begin: (redirectUri: string) => Promise<Sent & { url: URL }>;
  /** Who has come back to `address`. Throws `not-identified` where nobody is proved, and `service-missing`. */
  finish: (address: URL, sent: Sent) => Promise<Claims>;
};

const SCOPE = 'openid email profile';
const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  name: z.string().max(200).optional(),
  email: z.string().max(320).optional(),
  email_verified: z.boolean().optional(),
});

/**
 * An OpenID provider by the code flow with PKCE, state and nonce (RFC 9700, OpenID Connect Core 1.0). It is asked for its
 * settings when somebody first signs in, and again where it did not answer then.
 */
export function identityProvider({ issuer, clientId, clientSecret }: ProviderSettings): IdentityProvider {
  const isDevelopment = isUnencrypted(issuer);
  let known: Promise<oidc.Configuration> | null = null;
  const configuration = (): Promise<oidc.Configuration> => {
    known ??= oidc
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        // Called deprecated so that nobody uses it without a thought: this is for a provider on this machine alone.
        // oxlint-disable-next-line typescript/no-deprecated
        execute: isDevelopment ? [oidc.allowInsecureRequests] : [],
      })
      .catch((failed: unknown) => {
        known = null;
        throw away(issuer, failed);
      });
    return known;
  };
  return {
    isDevelopment,
    async begin(redirectUri) {
      const config = await configuration();
      const sent = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: sent.state,
        nonce: sent.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(sent.verifier),
        code_challenge_method: 'S256',
      });
      return { ...sent, url };
    },
    async finish(address, { state, nonce, verifier }) {
      const config = await configuration();
      const tokens = await oidc
        .authorizationCodeGrant(config, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        .catch((failed: unknown) => {
          throw isOfProtocol(failed) ? unproved(failed) : away(issuer, failed);
        });
      const { iss, sub, name, email, email_verified: isVerified } = claimsSchema.parse(tokens.claims());
      return {
        issuer: iss,
        subject: sub,
        name: name ?? null,
        email: isVerified === true ? (email ?? null) : null,
      };
    },
  };
}

/** Whether a provider speaks without encryption. `workers/config.ts` takes that on this machine alone. */
function isUnencrypted(issuer: string): boolean {
  return new URL(issuer).protocol === 'http:';
}

/** What the provider or what it sent is wrong with; anything else is that it could not be asked. */
function isOfProtocol(failed: unknown): failed is Error {
  return (
    failed instanceof oidc.AuthorizationResponseError ||
    failed instanceof oidc.ResponseBodyError ||
    (failed instanceof oidc.ClientError && failed.code !== 'OAUTH_TIMEOUT')
  );
}

function unproved(failed: Error): RecallError {
  const said = failed instanceof oidc.AuthorizationResponseError ? ` (${failed.error})` : '';
  return new RecallError({
    code: 'not-identified',
    message: `your identity provider has not said who you are${said}`,
    remedy: 'sign in again; if that does not help, ask who looks after its accounts',
  });
}

function away(issuer: string, failed: unknown): RecallError {
  return new RecallError({
    code: 'service-missing',
    message: `the identity provider does not answer: ${failed instanceof Error ? failed.message : String(failed)}`,
    where: issuer,
    remedy: 'try again in a moment',
  });
}
