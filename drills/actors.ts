import { Client, Connection } from '@temporalio/client';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { z } from 'zod';
import { askParamsOf } from '../api/contract/asks.js';
import { headed } from '../api/contract/request.js';
import type { Given } from '../api/contract/routes.js';
import { namedId } from '../engine/cascade.js';
import { packName } from '../engine/filing.js';
import type { Decision } from '../engine/inputs.js';
import type { AskId, FilingId, IsoInstant, PersonId, RecallId, RecipientId, StepName } from '../engine/words.js';
import {
  answersCaller,
  attend,
  callsTo,
  keysOf,
  namedBy,
  PERSON,
  responseOf,
  viaOf,
  type Accepting,
  type Act,
  type Seeded,
} from '../simulator/world/answers.js';
import { dataConverter } from '../trust/data-converter.js';
import type { KeyRing } from '../trust/keys.js';
import { SIGNALS, workflowIdOf, type RawDecision } from '../workflows/contract.js';
import { ask, follow, knock, persistently, read, type Door } from './door.js';
import { bounceMail } from './far-ends/bounce-mail.js';
import { addressOf, type FarEnds } from './far-ends/far-ends.js';

/** What the authority's portal answers to a report that a person has submitted. */
const portalSchema = z.object({ reference: z.string() });

export type Actors = {
  /** Does what an actor does; true where people or authorities spoke, whom the recall may wait for. */
  act: (deed: Act, key: string, at: IsoInstant) => Promise<boolean>;
  stop: () => Promise<void>;
};

/** People, recipients, authorities and mail providers: all that they do goes through the product's doors. */
export async function createActors({
  seeded,
  door,
  inboundPort,
  farEnds,
  recallId,
  clerk,
  temporal,
}: {
  seeded: Seeded;
  door: Door;
  inboundPort: number;
  farEnds: FarEnds;
  recallId: RecallId;
  /** Who enters what print shop and post room say of letters. */
  clerk: () => Promise<string>;
  temporal: { address: string; codec: KeyRing };
}): Promise<Actors> {
  const post = createTransport({
    host: '127.0.0.1',
    port: inboundPort,
    ignoreTLS: true,
    pool: true,
    maxMessages: Infinity,
  });
  const connection = Connection.lazy({ address: temporal.address });
  const client = new Client({ connection, dataConverter: dataConverter(temporal.codec) });

  const params = { recall: recallId };
  const attendTo = async (
    { person, ask: id }: Extract<Act, { do: 'attend' }>,
    key: string,
    at: IsoInstant,
  ): Promise<void> => {
    const named = askParamsOf(recallId, id);
    const found = await ask(door, 'showAsk', { params: named, person });
    // Who finds that somebody else has answered leaves it at that.
    if (found.status !== 'open') return;
    const { step, question, form, about, shown } = found;
    const done = attend(seeded, { id, step, question, form, about, round: Number(named.round) }, person);
    if (done.do === 'answer') {
      if (question === 'task' || question === 'call-recipients') await callAll(person, key, id);
      const isPortal = question === 'submit-filing' && about?.kind === 'filing';
      const values = isPortal ? { reference: await submit(about.id) } : done.values;
      await ask(door, 'answer', { params, person, key, body: { ask: id, values } });
      return;
    }
    const { verb, accept } = done;
    switch (viaOf(seeded, person, accept)) {
      case 'command':
        await ask(door, 'decide', { params, person, key, body: { ask: id, outcome: verb, shown, accept } });
        return;
      case 'link':
        return decideByLink(linkOf(person, id), verb, accept);
      case 'signal':
        return decideBySignal({ ask: id, verb, by: person, shown, reason: null, accepted: [], via: 'signal' }, key, at);
    }
  };

  /** Whoever is asked to telephone people calls each whom the question is about, and enters what became of it. */
  const callAll = async (person: PersonId, key: string, id: AskId): Promise<void> => {
    const listed = await ask(door, 'listCalls', { params, query: { ask: id }, person });
    for (const { recipient, attempts, calls, rung, answerPath } of listed) {
      const results = callsTo(seeded, recipient, { attempts, rung }).slice(calls.length);
      for (const [n, result] of results.entries()) {
        farEnds.noteCall(result);
        const body = { customer: recipient, result };
        await ask(door, 'enterCall', { params, person, key: `${key}/${recipient}/${calls.length + n}`, body });
      }
      if (rung !== null && results.at(-1) === 'reached' && answersCaller(seeded, recipient, rung))
        await answerOn(`${door.url}${answerPath}`, { step: id.split('/')[0] as StepName, recipient });
    }
  };

  const linkOf = (person: PersonId, id: AskId): string => {
    const mail = farEnds.askMail(person, id);
    const link = /https?:\/\/\S+\/d\/\S+/.exec(mail?.text ?? '')?.[0];
    if (!link) throw new Error(`${person} got no link for ${id}`);
    return link;
  };
  const decideByLink = async (link: string, verb: Decision['verb'], accept: Accepting[]): Promise<void> => {
    const page = await (await follow(door, link)).text();
    const once = /name="once" value="([^"]*)"/.exec(page)?.[1] ?? '';
    const reasons = Object.fromEntries(accept.map(({ rule, reason }) => [`accept:${rule}`, reason]));
    const form = { outcome: verb, reason: '', once, ...reasons } satisfies Given<'sendDecisionPage'>['form'];
    const answered = await follow(door, link, form);
    if (!answered.ok) throw new Error(`the decision page answered ${answered.status}: ${await answered.text()}`);
  };
  const decideBySignal = async (decision: Decision, key: string, at: IsoInstant): Promise<void> => {
    const token = linkOf(decision.by, decision.ask).split('/d/')[1]!;
    const signal: RawDecision = { message: 'raw decision', v: 1, id: key, at, decision, token };
    const handle = client.workflow.getHandle(workflowIdOf(recallId));
    await persistently(() => handle.signal(SIGNALS.rawDecision, signal));
  };
  /** A person takes the prepared pack to the portal, which gives a reference. */
  const submit = async (filing: FilingId): Promise<string> => {
    const pack = await read(door, 'readDocument', { params: { recall: recallId, name: packName(filing, 'json') } });
    const portal = { method: 'POST', path: `${farEnds.gatewayUrl}/${filing}/notifications` } as const;
    const answered = await knock(door, { ...portal, ...headed({ body: JSON.parse(pack) }, { localKey: null }) });
    return portalSchema.parse(await answered.json()).reference;
  };

  const respond = async ({ recipient, step, rung, channel }: Extract<Act, { do: 'respond' }>): Promise<void> => {
    if (channel === 'voice') {
      const keys = (heard: { text: string }[]): string[] => {
        const units = /: (\d+)\./.exec(heard[0]?.text ?? '')?.[1];
        if (units === undefined) throw new Error(`${recipient} does not hear how many units were delivered`);
        return keysOf(seeded, recipient, Number(units)).keys;
      };
      return farEnds.makeCall(recipient, step, rung, { answeredBy: 'human', keys });
    }
    const link = farEnds.noticeLink(recipient, step, rung);
    if (link === null) throw new Error(`${recipient} got no link on rung ${rung}`);
    await answerOn(link, { step, recipient });
  };
  /** What somebody has is entered on their page: by them, or by whoever speaks to them. */
  const answerOn = async (
    link: string,
    { step, recipient }: Pick<Extract<Act, { do: 'respond' }>, 'step' | 'recipient'>,
  ): Promise<void> => {
    const page = await (await follow(door, link)).text();
    const units = /<strong>(\d+)<\/strong>/.exec(page)?.[1];
    if (units === undefined) throw new Error(`the page of ${recipient} does not say how many units were delivered`);
    const answer = responseOf(seeded, recipient, Number(units));
    const { quarantined, soldOn, destroyed, passedOn } = answer;
    const form = {
      quarantined: String(quarantined),
      soldOn: String(soldOn),
      destroyed: String(destroyed),
      ...(passedOn ? { passedOn: 'yes' } : {}),
      comment: '',
    } satisfies Given<'sendResponsePage'>['form'];
    const answered = await follow(door, link, form);
    const thanks = await answered.text();
    if (!answered.ok) throw new Error(`the response page answered ${answered.status}: ${thanks}`);
    farEnds.notes.answered(step, recipient, quarantined + soldOn + destroyed);
    const customers = /href="([^"]+\/customers)"/.exec(thanks)?.[1];
    const named = namedBy(seeded, recipient, answer);
    if (customers === undefined || named.length === 0) return;
    await name(`${customers}/file`, recipient, named);
    farEnds.notes.named(step, recipient, named.length);
  };
  /** Whom a recipient supplied comes as a file: of each the address that the sample's rule would give them. */
  const name = async (path: string, recipient: RecipientId, units: number[]): Promise<void> => {
    const lines = units.map((count, index) => {
      const id = namedId(recipient, index + 1);
      return `Customer ${id},${addressOf(id)},${count}`;
    });
    const body = new FormData();
    body.append('consent', 'yes');
    body.append('file', new Blob([['name,email,quantity', ...lines, ''].join('\n')]), 'customers.csv');
    const named = await knock(door, { method: 'POST', path, headers: {}, body });
    if (!named.ok)
      throw new Error(`the page of those who were supplied answered ${named.status}: ${await named.text()}`);
  };

  /** As a mail server does: sends again until the door has taken it, or has said that it never will. */
  const deliver = async (mail: SendMailOptions): Promise<void> => {
    const refused = await persistently(async () => {
      try {
        await post.sendMail(mail);
        return null;
      } catch (failed) {
        const refusal = failed as Error & { responseCode?: number };
        if ((refusal.responseCode ?? 0) < 500) throw failed;
        return refusal;
      }
    });
    if (refused !== null) throw refused;
  };
  /** What the print shop and the post room say of letters comes as a file. */
  const letterFile = async (
    route: 'importDispatched' | 'importReturned',
    name: string,
    content: string,
  ): Promise<void> => {
    await ask(door, route, { params, person: await clerk(), upload: { file: { name, content: new Blob([content]) } } });
  };
  const bounce = async (
    { recipient, step, rung, status, channel }: Extract<Act, { do: 'bounce' }>,
    at: IsoInstant,
  ): Promise<void> => {
    farEnds.notes.sentBack(step, recipient, rung);
    if (channel === 'voice') {
      const answeredBy = status === 'no-answer' ? 'no-answer' : 'failed';
      return farEnds.makeCall(recipient, step, rung, { answeredBy });
    }
    if (channel === 'letter') {
      const line = `${farEnds.letterNumber(recipient, step, rung)},${at.slice(0, 10)},${status}`;
      return letterFile('importReturned', 'returned.csv', `notice,date,reason\n${line}\n`);
    }
    if (channel === 'sms')
      return persistently(() => farEnds.reportText(recipient, step, rung, 'undelivered', Number(status)));
    const returned = farEnds.noticeMail(recipient, step, rung)!;
    await deliver({ envelope: { from: '', to: [returned.returnTo] }, raw: bounceMail(returned, status) });
  };
  const arrive = ({ recipient, step, rung, status, channel }: Extract<Act, { do: 'arrive' }>): Promise<void> => {
    if (channel !== 'voice') return persistently(() => farEnds.reportText(recipient, step, rung, 'delivered'));
    // Somebody listens to the end and presses nothing, or a machine does.
    return farEnds.makeCall(
      recipient,
      step,
      rung,
      status === PERSON ? { answeredBy: 'human', keys: [] } : { answeredBy: 'machine' },
    );
  };
  const receipt = async ({ filing, reference }: Extract<Act, { do: 'receipt' }>): Promise<void> => {
    const report = farEnds.filingMail(filing)!;
    await deliver({
      from: report.to,
      to: report.replyTo,
      subject: `Re: ${report.subject}`,
      inReplyTo: report.messageId,
      references: report.messageId,
      text: `We have your notification. Our reference is ${reference}. Please quote it.`,
    });
  };

  return {
    async act(deed, key, at) {
      switch (deed.do) {
        case 'attend':
          await attendTo(deed, key, at);
          return true;
        case 'receipt':
          await receipt(deed);
          return true;
        case 'bounce':
          await bounce(deed, at);
          return false;
        case 'arrive':
          await arrive(deed);
          return false;
        case 'dispatch': {
          const content = farEnds.printShop.dispatchFile(deed.batch, at.slice(0, 10));
          await letterFile('importDispatched', `${deed.batch}.csv`, content);
          return false;
        }
        case 'respond':
          await respond(deed);
          return false;
      }
    },
    async stop() {
      post.close();
      await connection.close();
    },
  };
}
