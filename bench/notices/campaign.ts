import { composeMail } from '../../activities/compose-mail.js';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import { noticeDataOf } from '../../documents/notice-data.js';
import { noticeMails, renderNoticeMail } from '../../documents/notice-mail.js';
import { noticeTexts, type NoticeData } from '../../documents/notices.js';
import { shortTexts, smsBody } from '../../documents/short-notices.js';
import type { ContactRung } from '../../engine/channels.js';
import type {
  IsoDate,
  IsoDuration,
  IsoInstant,
  Language,
  PersonId,
  RecallId,
  Sha256,
  StepName,
} from '../../engine/words.js';
import { insertCampaign } from '../../store/campaigns.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { createRecall, type CaseFile } from '../../store/recalls.js';
import { sampleCase } from '../../drills/sample.js';
import { MAIL_DOMAIN, MAIL_FROM, STEP } from './job.js';

const NOTICE = 'recall-notice';
const LANGUAGE = 'en' as Language;
const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const SCOPE = { kind: 'window' as const, item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate };

function benchCase(): CaseFile {
  const { disclaimer = {}, regulatory: _law, picture: _none, ...caseFile } = sampleCase(SCOPE, 1).caseFile;
  return { ...caseFile, disclaimer };
}

/** A campaign by mail or text message to so many recipients, frozen and analyzed, of which nothing has been sent. */
export async function frozenCampaign(
  pool: Pool,
  size: number,
  key: string,
  by: 'email' | 'sms' = 'email',
): Promise<RecallId> {
  const caseFile = benchCase();
  const texts = noticeTexts(NOTICE, [LANGUAGE]);
  const mails = await noticeMails(texts, readBrand(BUNDLED_BRAND).mail, null);
  const recallId = await withTransaction(pool, async (client) => {
    const opened = await createRecall(client, {
      mode: 'recall',
      action: 'recall',
      clockKind: 'real',
      playbook: {
        playbook: 'bench',
        version: 1,
        title: 'Bench',
        facts: {},
        roles: {},
        escalations: {},
        lateAnswers: 'P365D' as IsoDuration,
        samePerson: 'refused',
        steps: [],
      },
      playbookText: 'playbook: bench',
      scope: { version: 1, ...SCOPE },
      caseFile,
      awareness: { firstSignal: OPENED_AT, reportableInformation: OPENED_AT, decision: null },
      opener: 'bench' as PersonId,
      sharedRoles: [],
      allowList: null,
      salt: 'salt',
      openedAt: OPENED_AT,
      idempotencyKey: key,
      requestDigest: 'digest' as Sha256,
    });
    await insertCampaign(
      client,
      { recallId: opened.recallId, step: STEP as StepName, revision: 1 },
      {
        notice: NOTICE,
        languages: [LANGUAGE],
        texts: { letter: texts, ...shortTexts(NOTICE, ['sms'], [LANGUAGE]) },
        mails,
        ladder: [{ by, after: 'PT0S' }] as ContactRung[],
        hash: 'hash',
        waves: null,
        sizes: [size],
        customers: size,
        persons: size,
      },
    );
    // Not by the freeze, which has a figure of its own.
    await client.query(
      `insert into recipient (recall_id, step, revision, recipient, code, role, number, name, markets, language, notice_language, addresses, units, exposure, wave, wished, next_rung)
       select $1, $2, 1, 'c' || n, n::text, 'main', 1, 'Shop ' || n, array['GB'], 'en', 'en', jsonb_build_object($3::text, case $3 when 'sms' then '+44' || (7700000000 + n) else 'shop' || n || '@shop.example' end), 1 + n % 40, n, 0, '{}', 0
         from generate_series(1, $4::integer) n`,
      [opened.recallId, STEP, by, size],
    );
    return opened.recallId;
  });
  await pool.query('analyze recipient, notice, campaign, link');
  return recallId;
}

/** What a text message of such a campaign says. */
export function exampleText(): string {
  const template = shortTexts(NOTICE, ['sms'], [LANGUAGE]).sms![LANGUAGE]!;
  return smsBody(template, exampleData(), '0123456789abcdef0123456789abcdef');
}

function exampleData(): NoticeData {
  return noticeDataOf({ drill: false, scope: SCOPE, caseFile: benchCase() }, LANGUAGE, {
    name: 'Shop 1',
    units: 2,
    responseUrl: `https://recalls.${MAIL_DOMAIN}/r/xxxxxxxxxxxxxxxxxxxxxx`,
    ourReference: 'RC-2026-0001 c1',
  });
}

/** A mail of such a campaign, as it goes over the wire. */
export async function exampleMail(): Promise<string> {
  const brand = readBrand(BUNDLED_BRAND).mail;
  const template = noticeTexts(NOTICE, [LANGUAGE])[LANGUAGE]!;
  const { html, pictures } = await noticeMails({ [LANGUAGE]: template }, brand, null);
  const data = exampleData();
  const id = '0123456789abcdef0123456789abcdef';
  const mail = {
    ...renderNoticeMail({ template, html: html[LANGUAGE]!, language: LANGUAGE }, data),
    from: MAIL_FROM,
    to: { name: '', address: 'shop1@shop.example' },
    replyTo: `r+${id}@${MAIL_DOMAIN}`,
    messageId: `<${id}@${MAIL_DOMAIN}>`,
    headers: { 'X-Recall-Key': 'RC-2026-0001 notice/tell/1/c1/0', 'Auto-Submitted': 'auto-generated' },
    pictures,
    attachments: [],
  };
  return (await composeMail(mail, new Date())).toString('latin1');
}
