import { describe, expect, it } from '@jest/globals';
import { encoded, mailOf, read } from './mail-of.js';

async function kindOf(raw: string): Promise<string> {
  return (await read(raw)).verdict.kind;
}

/** An answer that says in no header that it is one. */
function away(subject: string, text: string): string {
  return mailOf('Kim <kim@shop.example>', encoded(subject), text);
}

describe('who is away has a program answer', () => {
  it.each([
    ['en', 'Automatic reply: Safety recall', 'I am currently out of the office with limited access to email.'],
    ['de', 'Automatische Antwort: Sicherheitsrückruf', 'Ich bin vom 3.3. bis 10.3. im Urlaub.'],
    ['de', 'Abwesenheitsnotiz: Rückruf', 'Vielen Dank für Ihre Nachricht. Ich bin nicht im Büro.'],
    ['fr', 'Réponse automatique : Rappel', 'Je suis absent du bureau jusqu’au 12 mars.'],
    ['es', 'Respuesta automática: Retirada', 'Estoy fuera de la oficina hasta el lunes.'],
    ['it', 'Risposta automatica: Richiamo', 'Sono in ferie fino al 12 marzo.'],
    ['nl', 'Automatisch antwoord: Terugroeping', 'Ik ben afwezig tot maandag.'],
    ['pl', 'Automatyczna odpowiedź: Wycofanie', 'Jestem na urlopie do 12 marca.'],
    ['pt', 'Resposta automática: Recolha', 'Estou de férias até 12 de março.'],
    ['sv', 'Autosvar: Återkallelse', 'Jag är på semester till den 12 mars.'],
    ['ar', 'رد تلقائي: استدعاء', 'أنا خارج المكتب حتى يوم الأحد.'],
    ['zh', '自动回复：产品召回', '您好，我正在休假，3月12日返回。'],
    ['zh', '自動回覆: 產品召回', '您好，我目前不在辦公室。'],
    ['ja', '自動応答: 製品リコール', '現在、休暇中のため不在にしております。'],
    ['ja', '不在通知', '3月12日まで不在にしております。'],
    ['ko', '자동 회신: 제품 리콜', '현재 휴가 중입니다. 3월 12일에 복귀합니다.'],
    ['ru', 'Автоматический ответ: Отзыв', 'Я нахожусь в отпуске до 12 марта.'],
    ['ru', 'Автоответ: Отзыв', 'Здравствуйте! Меня нет в офисе.'],
    ['tr', 'OTOMATİK YANIT: Geri çağırma', '12 Mart tarihine kadar ofis dışındayım.'],
    ['cs', 'Automatická odpověď: Stažení', 'Do 12. března nejsem v kanceláři.'],
    ['da', 'Automatisk svar: Tilbagekaldelse', 'Jeg er på ferie til den 12. marts.'],
    ['no', 'Automatisk svar: Tilbakekalling', 'Jeg er på ferie til 12. mars.'],
    ['no', 'Fraværsmelding', 'Jeg er ikke på kontoret.'],
    ['fi', 'Automaattinen vastaus: Takaisinveto', 'Olen lomalla 12.3. asti.'],
    ['fi', 'Poissaoloviesti', 'Olen poissa toimistolta.'],
    ['hu', 'Automatikus válasz: Visszahívás', 'Március 12-ig szabadságon vagyok.'],
    ['ro', 'Răspuns automat: Rechemare', 'Sunt în concediu până pe 12 martie.'],
    ['el', 'Αυτόματη απάντηση: Ανάκληση', 'Είμαι σε άδεια έως τις 12 Μαρτίου.'],
  ])('%s, named in its subject: %s', async (_language, subject, text) => {
    expect(await kindOf(away(subject, text))).toBe('automatic');
    // What is encoded as a whole and what is written as it is are the same.
    expect(await kindOf(mailOf('Kim <kim@shop.example>', subject, text))).toBe('automatic');
  });

  it.each([
    ['en', 'Out of Office', 'I am out of the office until Monday.'],
    ['en', 'On annual leave until 12 March', 'I am on annual leave and will return on 12 March.'],
    ['de', 'Urlaub', 'Ich bin bis zum 12. März im Urlaub.'],
    ['fr', 'Absence', 'Je suis actuellement en congé et de retour le 12 mars.'],
    ['es', 'Ausencia', 'Estoy de vacaciones y vuelvo el 12 de marzo.'],
    ['it', 'Fuori ufficio', 'Sarò assente dal 3 al 12 marzo.'],
    ['nl', 'Afwezig', 'Ik ben met vakantie en niet bereikbaar.'],
    ['pl', 'Nieobecność', 'Przebywam na urlopie.'],
    ['pt', 'Férias', 'Estou de férias.'],
    ['sv', 'Semester', 'Jag är på semester.'],
    ['zh', '休假', '我在休假，无法及时回复。'],
    ['ja', '不在', '出張中です。'],
    ['ko', '부재중', '출장 중입니다.'],
    ['ru', 'Отпуск', 'Я в отпуске.'],
    ['tr', 'Yıllık izin', 'Yıllık izindeyim.'],
    ['cs', 'Dovolená', 'Jsem na dovolené.'],
    ['da', 'Ferie', 'Jeg holder ferie.'],
    ['no', 'Ute av kontoret', 'Jeg er ute av kontoret denne uken.'],
    ['fi', 'Lomalla', 'Olen kesälomalla.'],
    ['hu', 'Házon kívül', 'Házon kívül vagyok.'],
    ['ro', 'Concediu', 'Sunt în concediu.'],
    ['el', 'Εκτός γραφείου', 'Απουσιάζω αυτή την εβδομάδα.'],
  ])('%s, as its subject begins and its text says: %s', async (_language, subject, text) => {
    expect(await kindOf(away(subject, text))).toBe('automatic');
    expect(await kindOf(away(subject, 'The driver may come at noon.'))).toBe('person');
  });

  it.each([
    ['en', 'Thank you for your email. I am out of the office until Monday. In urgent cases please call reception.'],
    ['de', 'Guten Tag, ich bin bis zum 12.03. nicht im Büro. In dringenden Fällen hilft die Zentrale.'],
    ['fr', 'Bonjour, je suis absente jusqu’au 12 mars.'],
    ['es', 'Hola, estaré fuera de la oficina hasta el 12 de marzo.'],
    ['it', 'Buongiorno, sono fuori ufficio fino al 12 marzo.'],
    ['nl', 'Goedendag, ik ben niet op kantoor tot 12 maart.'],
    ['pl', 'Dzień dobry, jestem poza biurem do 12 marca.'],
    ['pt', 'Olá, estou ausente até 12 de março.'],
    ['sv', 'Hej, jag är inte på kontoret, åter den 12 mars.'],
    ['zh', '您好，我出差至3月12日。'],
    ['ja', '3月12日まで休暇中です。'],
    ['ko', '3월 12일까지 부재중입니다.'],
    ['ru', 'Здравствуйте, я в отпуске до 12 марта.'],
    ['tr', 'Merhaba, 12 Mart tarihine kadar izindeyim.'],
    ['da', 'Hej, jeg er ikke på kontoret og er tilbage den 12. marts.'],
    ['fi', 'Hei, olen lomalla 12.3. asti.'],
    ['ro', 'Bună ziua, sunt în concediu până pe 12 martie.'],
  ])('%s, in a short text alone: %s', async (_language, text) => {
    expect(await kindOf(mailOf('Kim <kim@shop.example>', 'Re: RC-2026-0001', text))).toBe('automatic');
  });
});

describe('a program that answers', () => {
  it.each([
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated (rejected)',
    'Precedence: auto_reply',
    'Precedence: junk',
    'X-Precedence: auto_reply',
    'X-Precedence: junk',
    'Preference: auto_reply',
    'Delivered-To: Autoresponder',
    'X-Autoreply: yes',
    'X-Autorespond: 1',
    'X-Autoresponder: yes',
    'X-Mail-Autoreply: yes',
    'X-Auto-Reply: Vacation',
    'X-Autogenerated: Reply',
  ])('says so for certain: %s', async (line) => {
    expect(await kindOf(mailOf('ann@shop.example', 'Re: Safety recall', 'Thank you. Is it urgent?', [line]))).toBe(
      'automatic',
    );
  });

  it.each([
    'X-Auto-Response-Suppress: All',
    'X-Auto-Response-Suppress: OOF, AutoReply',
    'Auto-Submitted: no',
    'Precedence: normal',
    'X-Precedence: first-class',
    'Preference: none',
    'X-AutoForwarded: yes',
    'Delivered-To: recall@maker.example',
  ])('is not shown by what people send too: %s', async (line) => {
    expect(await kindOf(mailOf('ann@shop.example', 'Re: Safety recall', 'All is well here.', [line]))).toBe('person');
  });

  it.each([
    [
      'Zendesk',
      '[Shop Support] Re: Safety recall',
      '##- Please type your reply above this line -##\n\nYour request (48213) has been received and is being reviewed by our support staff.\n\nTo add additional comments, reply to this email.',
    ],
    [
      'Freshdesk',
      'Ticket Received - [#10482] Safety recall',
      'Dear Recall Team,\n\nWe would like to acknowledge that we have received your request and a ticket has been created. A support representative will be reviewing your request and will send you a personal response.',
    ],
    [
      'OTRS',
      'RE: Sicherheitsrückruf [Ticket#2026030210000012]',
      'Vielen Dank für Ihre Anfrage. Ihre Nachricht ist bei uns eingegangen und wird schnellstmöglich bearbeitet.',
    ],
    [
      'Jira Service Management',
      'HELP-1234 Safety recall',
      '—-—-—-—\nReply above this line.\n\nJust confirming that we got your request. We have received your mail, request HELP-1234.\nThis is an automated message.',
    ],
    [
      'ServiceNow',
      'INC0012345 has been opened on your behalf',
      'Your incident INC0012345 has been logged. A member of our team will get back to you.',
    ],
    [
      'Spanish desk',
      'Hemos recibido su consulta [#88211]',
      'Hemos recibido su mensaje y le responderemos a la mayor brevedad.',
    ],
    [
      'French desk',
      'Votre demande n°448213',
      'Nous avons bien reçu votre message. Ceci est un message automatique, merci de ne pas répondre à ce mail.',
    ],
    [
      'Polish desk',
      'Zgłoszenie nr 48213',
      'Państwa zgłoszenie zostało przyjęte. Prosimy nie odpowiadać na tę wiadomość.',
    ],
    ['Japanese desk', 'お問い合わせありがとうございます', 'お問い合わせを受け付けました。このメールは自動送信です。'],
    ['Chinese desk', '您的来信', '我们已收到您的邮件，将尽快回复。此邮件由系统自动发送，请勿回复。'],
  ])('confirms that something has come in: %s', async (_what, subject, text) => {
    expect(await kindOf(away(subject, text))).toBe('automatic');
  });

  it.each([
    'We have received your letter and took all units off the shelf. Case 48213 is ours.',
    'Your request (48213) has been received by our shop. How many units do you want back?',
    'Has a ticket been created for my heater (48213)?',
    'I am Kim. We have received your mail, and I called all the shops [#48213].',
  ])('confirms nothing where a person tells or asks: %s', async (text) => {
    expect(await kindOf(away('Re: Safety recall', text))).toBe('person');
  });

  it.each([
    [
      'Spam Arrest',
      'Re: Safety recall (verification)',
      'Hi, this is an automatic message. Ann is protected by Spam Arrest. Click the link below to complete the verification process.',
      ['X-Spamarrest-noauth: 1'],
    ],
    [
      'Boxbe',
      'Re: Safety recall (Action Required)',
      'Your message about "Safety recall" was waitlisted. Please add yourself to my Guest List so your messages will be delivered to my Inbox. Powered by Boxbe.',
      [],
    ],
    [
      'TMDA',
      'Please confirm your message',
      'This message was created automatically by mail delivery software (TMDA). Your message is being held because the address from which it was sent has not been confirmed. To release your message for delivery, reply to this one.',
      [],
    ],
    [
      'Mailinblack',
      'Votre email est en attente',
      'Pour que votre message soit remis, merci de vous authentifier en cliquant ici. Mailinblack protège cette boîte.',
      [],
    ],
  ])('asks who has written: %s', async (_what, subject, text, headers) => {
    expect(await kindOf(mailOf('Ann <ann@shop.example>', subject, text, headers))).toBe('automatic');
  });

  it('holds a mail for the moderator of a list', async () => {
    const text =
      "Your mail to 'Desk' with the subject\n\n    Safety recall\n\nIs being held until the list moderator can review it for approval.\n\nThe reason it is being held:\n\n    Post by non-member to a members-only list";
    const headers = [
      'Precedence: bulk',
      'X-Mailman-Version: 2.1.39',
      'X-BeenThere: desk@lists.example',
      'List-Id: <desk.lists.example>',
    ];
    const subject = 'Your message to Desk awaits moderator approval';
    expect(await kindOf(mailOf('desk-bounces@lists.example', subject, text, headers))).toBe('automatic');
    expect(await kindOf(mailOf('desk-owner@lists.example', subject, text))).toBe('automatic');
  });

  it.each([
    [
      'Read: Safety recall',
      'Your message\n\n   To: Ann\n   Subject: Safety recall\n   Sent: Monday, 2 March 2026\n\nwas read on Tuesday, 3 March 2026 09:12:00.',
    ],
    [
      'Gelesen: Sicherheitsrückruf',
      'Ihre Nachricht\n\n  An: Ann\n  Betreff: Rückruf\n\nwurde am Dienstag, 3. März 2026 09:12 gelesen.',
    ],
    ['Lu : Rappel', 'Votre message a été lu le mardi 3 mars 2026.'],
    ['Leído: Retirada', 'El mensaje fue leído el martes, 3 de marzo de 2026.'],
    ['Letto: Richiamo', 'Il messaggio è stato letto martedì 3 marzo 2026.'],
    ['Not read: Safety recall', 'Your message was deleted without being read on Tuesday, 3 March 2026.'],
    [
      'Return Receipt (displayed) - Safety recall',
      'This is a Return Receipt for the mail that you sent to ann@shop.example. This only acknowledges that the message was displayed on the recipient’s computer.',
    ],
    ['已读: 召回', '您的邮件已被阅读'],
  ])('says that a mail was read: %s', async (subject, text) => {
    expect(await kindOf(away(subject, text))).toBe('automatic');
  });
});
