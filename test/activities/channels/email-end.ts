import { activityDeps } from '../activity-deps.js';
import { headerOf, startMailServer, type MailServer } from '../mail-server.js';
import type { FarEnd } from './far-end.js';

/** The mail server of every recipient below `.example`. */
export async function startEmailEnd(): Promise<FarEnd> {
  let server: MailServer;
  let left = 0;
  const end: FarEnd = {
    deps: (pool) => activityDeps(pool, server),
    allowList: { mailDomains: ['.example'], urls: [], phones: [] },
    addressOf: (code) => `shop@c${code}.example`,
    outside: ['buyer@shop.test', 'buyer@shop.example.test'],
    wrong: ['', 'buyer', 'buyer@', 'a@b.example, c@d.example', 'A <a@b.example>', 'https://b.example/a'],
    idOnWire: (messageId) => messageId,
    saysWhen: false,
    answer: () => 'take',
    onTaken: () => undefined,
    taken: [],
    connections: () => left + server.connections(),
    async leave() {
      left += server.connections();
      await server.stop();
    },
    async comeBack() {
      server = await start(server.port);
    },
    stop: () => server.stop(),
  };
  const start = async (port?: number): Promise<MailServer> => {
    const started = await startMailServer(port);
    started.answers = {
      recipient: (address) => (end.answer(address) === 'refuse' ? 550 : undefined),
      message: ({ to }) => (typeof end.answer(to[0]!) === 'object' ? 451 : undefined),
    };
    started.onTaken = ({ to, raw }) => {
      const broken = end.answer(to[0]!) === 'break';
      end.taken.push({ to: to[0]!, id: headerOf(raw, 'Message-ID')!, text: decoded(raw) });
      end.onTaken();
      if (broken) started.hangUp();
    };
    return started;
  };
  server = await start();
  return end;
}

/** Quoted-printable would break the words and links that a test looks for. */
function decoded(raw: string): string {
  return raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
