import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { createEgress } from '../../../activities/egress.js';
import { startTwilio, type Twilio } from '../../../drills/far-ends/twilio.js';
import type { MessageAnswer } from '../../../drills/far-ends/twilio/answers.js';
import { activityDeps } from '../activity-deps.js';
import { startMailServer } from '../mail-server.js';
import type { FarEnd, TakenNotice } from './far-end.js';

export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-token-of-the-tests', from: '+447700900999' };
const CONFIGURED = { ...ACCOUNT, voiceFrom: ACCOUNT.from };
/** Twilio's words: no such number, and too many requests. */
const [NO_NUMBER, TOO_MANY] = [21211, 20429];

export type TwilioEnd = FarEnd & { twilio: Twilio };

/** Twilio's API for the telephones of everybody, and beside it the mail server of the same customers. */
export async function startTwilioEnd(): Promise<TwilioEnd> {
  // Mail would be let through, so that one which is sent instead of a text message is seen.
  const mail = await startMailServer();
  const take = (taken: TakenNotice): MessageAnswer => {
    const answer = end.answer(taken.to);
    if (answer === 'refuse') return { do: 'refuse', status: 400, code: NO_NUMBER };
    if (typeof answer === 'object') {
      const { deferSeconds } = answer;
      return {
        do: 'later',
        status: 429,
        code: TOO_MANY,
        ...(deferSeconds !== null && { retryAfterSeconds: deferSeconds }),
      };
    }
    end.taken.push(taken);
    end.onTaken();
    if (answer === 'take') return { do: 'take' };
    for (const socket of sockets) socket.destroy();
    return { do: 'hang' };
  };
  const twilio = await startTwilio({
    accountSid: ACCOUNT.accountSid,
    authToken: ACCOUNT.authToken,
    onCall: ({ to, url }) => take({ to, id: /calls\/([0-9a-f]{8})/.exec(url)![1]!, text: null }),
    onMessage: ({ to, body }) => take({ to, id: body.split('#').at(-1)!, text: body }),
  });
  // A wire that can be cut, and on which connections are counted.
  const sockets = new Set<Socket>();
  let connections = 0;
  const listen = async (at = 0): Promise<Server> => {
    const started = createServer((near) => {
      connections += 1;
      const far = connect(Number(new URL(twilio.url).port), '127.0.0.1');
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => (sockets.delete(socket), near.destroy(), far.destroy()));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => started.listen(at, '127.0.0.1', resolve));
    return started;
  };
  let wire = await listen();
  const { port } = wire.address() as AddressInfo;
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      wire.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const end: TwilioEnd = {
    twilio,
    deps(pool) {
      const deps = activityDeps(pool, mail);
      deps.egress.close();
      const egress = createEgress({
        smtpUrl: mail.url,
        mailFrom: 'Recall team <recalls@maker.example>',
        mailDomain: 'maker.example',
        dkim: null,
        twilio: { ...CONFIGURED, apiUrl: `http://127.0.0.1:${port}` },
      });
      return { ...deps, egress };
    },
    allowList: { mailDomains: ['.example'], urls: [], phones: ['+447700900'] },
    addressOf: (code) => `+447700900${code}`,
    outside: ['+447700800123', '+491701234567'],
    wrong: ['', '07700 900123', '+44 7700 900123', '447700900123', 'tel:+447700900123', '+0700900123'],
    idOnWire: (messageId) => /^<([0-9a-f]{8})/.exec(messageId)![1]!,
    saysWhen: true,
    answer: () => 'take',
    onTaken: () => undefined,
    taken: [],
    connections: () => connections + mail.connections(),
    leave: cut,
    async comeBack() {
      wire = await listen(port);
    },
    async stop() {
      await cut();
      await twilio.stop();
      await mail.stop();
    },
  };
  return end;
}
