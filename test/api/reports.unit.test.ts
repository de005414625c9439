import { describe, expect, it } from '@jest/globals';
import { encoded, mailOf, read } from './mail-of.js';

const ORIGINAL = [
  'Received: from mail.maker.example by mx.relay.example; Mon, 2 Mar 2026 10:00:00 +0100',
  'Message-ID: <notice@maker.example>',
  'From: recall@maker.example',
  'Subject: Product safety recall',
].join('\n');

const DEAD = { kind: 'failed', permanent: true };
const FOR_NOW = { kind: 'failed', permanent: false };
const DELAYED = { kind: 'delayed', permanent: false };

/** A report of two parts for programs, whose first is the given one. */
function reportOf(from: string, subject: string, text: string, status: string, headers: string[] = []): string {
  return [
    `From: ${from}`,
    `Subject: ${subject}`,
    ...headers,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="S"',
    '',
    '--S',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
    '--S',
    'Content-Type: message/delivery-status',
    '',
    status,
    '',
    '--S',
    'Content-Type: text/rfc822-headers',
    '',
    'Message-ID: <notice@maker.example>',
    '--S--',
    '',
  ].join('\n');
}

describe('a report that looks like an automatic mail', () => {
  const TEXT =
    'This is the mail system at host mx.shop.example.\n\nI am sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<ann@shop.example>: host mx.shop.example[198.51.100.7] said: 550 5.1.1\n    <ann@shop.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)';
  const FIELDS =
    'Reporting-MTA: dns; mx.shop.example\n\nFinal-Recipient: rfc822; ann@shop.example\nAction: failed\nStatus: 5.1.1';

  it.each([
    [['Precedence: bulk']],
    [['Precedence: list', 'List-Id: <desk.shop.example>']],
    [['Auto-Submitted: auto-replied']],
    [['X-Auto-Response-Suppress: All', 'X-Autoreply: yes']],
  ])('by its headers %j is a failure', async (headers) => {
    const from = 'Mail Delivery System <MAILER-DAEMON@mx.shop.example>';
    const subject = 'Undelivered Mail Returned to Sender';
    expect((await read(reportOf(from, subject, TEXT, FIELDS, headers))).verdict).toMatchObject({
      ...DEAD,
      status: '5.1.1',
    });
    expect((await read(mailOf(from, subject, `${TEXT}\n\n${ORIGINAL}`, headers))).verdict).toMatchObject({
      ...DEAD,
      status: '5.1.1',
    });
  });

  it('whose part for programs is empty, or says nothing of a recipient, is read in its words', async () => {
    for (const status of ['', 'Reporting-MTA: dns; mx.shop.example', 'Reporting-MTA: dns; mx.shop.example\n\n\n']) {
      const raw = reportOf('MAILER-DAEMON@mx.shop.example', 'Returned mail', TEXT, status, ['Precedence: bulk']);
      expect((await read(raw)).verdict).toMatchObject({ ...DEAD, status: '5.1.1' });
    }
  });

  it.each([
    ['Your message could not be delivered to ann@shop.example because the mailbox is full.', FOR_NOW],
    ['The e-mail could not be delivered: no such user here.', DEAD],
    ['Message could not be delivered. The address ann@shop.example does not exist.', DEAD],
    ['Delivery to ann@shop.example failed permanently: unknown user.', DEAD],
  ])('in one sentence: %s', async (text, verdict) => {
    const from = 'Mail System <mailer-daemon@shop.example>';
    expect((await read(mailOf(from, 'Mail could not be delivered', text, ['Precedence: bulk']))).verdict).toMatchObject(
      verdict,
    );
  });
});

describe('a report in the language of its server', () => {
  it.each([
    [
      'Onet',
      'mailer-daemon@poczta.onet.pl',
      'Zwrot wiadomości',
      'Niestety, Twoja wiadomość nie została dostarczona do adresata:\n\nann@onet.example\n\nPrzyczyna: Docelowe konto nie istnieje.',
      DEAD,
    ],
    [
      'WP',
      'MAILER-DAEMON@wp.pl',
      'Wiadomość niedostarczona',
      'Przykro nam, ale nie udało się dostarczyć wiadomości pod wskazany adres.\n\n<ann@wp.example>:\nNie ma takiego użytkownika.',
      DEAD,
    ],
    [
      'o2',
      'Poczta o2 <mailer-daemon@o2.pl>',
      'Niedoręczona wiadomość',
      'Wiadomość nie mogła zostać dostarczona.\n\n<ann@o2.example>: skrzynka odbiorcy jest przepełniona',
      FOR_NOW,
    ],
    [
      'Libero',
      'Mail Delivery System <mailer-daemon@libero.it>',
      'Mancato recapito',
      'Non è stato possibile recapitare il messaggio al seguente destinatario:\n\nann@libero.example\n\nMotivo: la casella di posta non esiste.',
      DEAD,
    ],
    [
      'Aruba',
      'postmaster@aruba.example',
      'AVVISO DI MANCATA CONSEGNA',
      'Il messaggio inviato a ann@aruba.example non è stato consegnato: utente sconosciuto.\n\n550 5.1.1',
      DEAD,
    ],
    [
      'Italian, full',
      'mailer-daemon@posta.example',
      'Messaggio non recapitato',
      'Il tuo messaggio non è stato recapitato a ann@posta.example: la casella del destinatario è piena.',
      FOR_NOW,
    ],
    [
      '163',
      'Postmaster@163.com',
      '系统退信',
      '抱歉，您的邮件被退回来了……\n\n无法发送到 ann@163.example\n退信原因：收件人邮件地址（ann@163.example）不存在，邮件无法送达。',
      DEAD,
    ],
    [
      'QQ',
      'PostMaster@qq.com',
      '系统退信/Systems bounce',
      '您发送的邮件无法投递到 ann@qq.example。\n退信原因：该用户不存在。\n550 Mailbox not found',
      DEAD,
    ],
    [
      'QQ, full',
      'PostMaster@qq.com',
      '来自qq.com的退信',
      '很抱歉您发送的邮件被退回，以下是该邮件的相关信息：\n收件人：ann@qq.example\n退信原因：收件人空间不足。',
      FOR_NOW,
    ],
    [
      'Japanese',
      'MAILER-DAEMON@mx.jp.example',
      '配信エラー',
      'メールを配信できませんでした。\nann@jp.example\n宛先のメールアドレスが見つかりません。',
      DEAD,
    ],
    [
      'Russian',
      'mailer-daemon@yandex.example',
      'Недоставленное сообщение',
      'Это письмо отправлено почтовым сервером.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть доставлено одному или нескольким адресатам.\n\n<ann@ya.example>: 550 5.7.1 No such user!',
      DEAD,
    ],
    [
      'German, GMX',
      'GMX Mailer Daemon <mailer-daemon@gmx.de>',
      'Mail delivery failed: returning message to sender',
      'Diese E-Mail wurde automatisch vom E-Mail-System erstellt.\n\nEine oder mehrere E-Mail-Adressen konnten nicht erreicht werden:\n\nann@gmx.example\nSMTP error from remote server for RCPT TO command, host: mx.gmx.example (198.51.100.7) reason: 550 Requested action not taken: mailbox unavailable',
      DEAD,
    ],
    [
      'French',
      'MAILER-DAEMON@orange.example',
      'Message non distribué',
      "Votre message n'a pas pu être remis au destinataire suivant :\n\nann@orange.example\n\nCette adresse n'existe pas.",
      DEAD,
    ],
    [
      'French, full',
      'MAILER-DAEMON@orange.example',
      'Échec de remise',
      "Votre message n'a pas pu être remis : la boîte aux lettres du destinataire est pleine.",
      FOR_NOW,
    ],
    [
      'Spanish',
      'MAILER-DAEMON@correo.example',
      'Mensaje no entregado',
      'No se ha podido entregar su mensaje a ann@correo.example: el usuario no existe.',
      DEAD,
    ],
    [
      'Portuguese',
      'MAILER-DAEMON@uol.example',
      'Mensagem não entregue',
      'A sua mensagem não pôde ser entregue a ann@uol.example.\nUsuário desconhecido.',
      DEAD,
    ],
    [
      'Dutch',
      'MAILER-DAEMON@kpn.example',
      'Bericht niet bezorgd',
      'Uw bericht kon niet worden bezorgd aan ann@kpn.example: de gebruiker bestaat niet.',
      DEAD,
    ],
    [
      'Swedish',
      'MAILER-DAEMON@telia.example',
      'Meddelandet kunde inte levereras',
      'Meddelandet kunde inte levereras till ann@telia.example: okänd mottagare.',
      DEAD,
    ],
  ])('%s', async (_who, from, subject, text, verdict) => {
    expect((await read(mailOf(from, encoded(subject), text))).verdict).toMatchObject(verdict);
  });

  it.each([
    [
      'en',
      'Delivery of your message to ann@shop.example has been postponed. The server will continue to try for 4 days.',
    ],
    [
      'en',
      'Your message could not be delivered for more than 4 hours. It will be retried until it is 5 days old.\n\n<ann@shop.example>: 451 4.4.1 timed out',
    ],
    [
      'en',
      'The following message to <ann@shop.example> was undeliverable so far. We will keep trying. This is a warning.',
    ],
    ['de', 'Die Zustellung Ihrer Nachricht an ann@shop.example wurde verschoben. Wir versuchen es weiter.'],
    [
      'de',
      'Ihre Nachricht konnte noch nicht zugestellt werden. Es wird weiterhin versucht, sie zuzustellen. 451 4.4.1',
    ],
    ['fr', "La remise de votre message à ann@shop.example est retardée. Le serveur continuera d'essayer."],
    ['es', 'La entrega de su mensaje a ann@shop.example se ha retrasado. El servidor seguirá intentándolo.'],
    ['it', 'La consegna del messaggio ad ann@shop.example è in ritardo. Il server continuerà a provare.'],
    ['nl', 'De bezorging van uw bericht aan ann@shop.example is vertraagd. De server blijft het proberen.'],
    ['pl', 'Dostarczenie wiadomości do ann@shop.example jest opóźnione. Serwer będzie ponawiał próby.'],
    ['pt', 'A entrega da sua mensagem a ann@shop.example está atrasada. O servidor continuará a tentar.'],
    ['sv', 'Leveransen av meddelandet till ann@shop.example är fördröjd. Servern fortsätter att försöka.'],
    ['ar', 'تم تأجيل تسليم رسالتك إلى ann@shop.example. سيستمر الخادم في المحاولة.'],
  ])('%s, that it is tried on: %s', async (_language, text) => {
    for (const subject of ['Delivery Status Notification (Delay)', 'Warning: message delayed', 'Mail delivery'])
      expect(
        (await read(mailOf('Mail Delivery System <mailer-daemon@shop.example>', subject, text))).verdict,
      ).toMatchObject(DELAYED);
  });
});

describe('what is no report', () => {
  it.each([
    [
      'a carrier',
      'Parcels <noreply@parcels.example>',
      'Delivery failed: shipment 5501234',
      'Your shipment could not be delivered to Hall 550.',
    ],
    [
      'a shop',
      'Shop <no-reply@shop.example>',
      'Your order was not delivered',
      'Your order could not be delivered to 550 Main Street.',
    ],
    [
      'whoever looks after a server',
      'Postmaster <postmaster@village.example>',
      'Re: Safety recall',
      'We got a message that you sent. It could not be delivered to the school. 550 pupils know.',
    ],
    [
      'a customer',
      'Sue <sue@home.example>',
      'Undelivered',
      'The new one was returned to sender, it could not be delivered to me. 550 5.1.1',
    ],
  ])('is no failure: %s', async (_who, from, subject, text) => {
    expect(['automatic', 'person']).toContain((await read(mailOf(from, subject, text))).verdict.kind);
  });
});

describe('why something was not taken', () => {
  const smtp = (reply: string): string =>
    reportOf(
      'MAILER-DAEMON@relay.example',
      'Undelivered Mail Returned to Sender',
      'Your message could not be delivered.',
      `Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ann@shop.example\nAction: failed\nDiagnostic-Code: smtp; ${reply}`,
    );

  it.each([
    ['550 No such recipient here (after RCPT command)', DEAD],
    ['550 unknown user after RCPT command', DEAD],
    ['550 User unknown (in reply to end of DATA command)', FOR_NOW],
    ['605 Not delivering to previously bounced address', DEAD],
    ['606 Not delivering to unsubscribed address', FOR_NOW],
    ['607 Not delivering to a user who marked your messages as spam', FOR_NOW],
    ['5.0.0 Bounced Address', DEAD],
    ['550 5.0.0 Unsubscribed Address', FOR_NOW],
    ['550 5.0.0 Spam Reporting Address', FOR_NOW],
    [
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
      DEAD,
    ],
    [
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
      FOR_NOW,
    ],
    ['550 5.1.1 Der Benutzer ann ist nicht im Domino-Verzeichnis aufgeführt', DEAD],
    ['Benutzer ann (ann@shop.example) nicht im Domino Verzeichnis aufgeführt', DEAD],
    ['User ann (ann@shop.example) not listed in Domino Directory', DEAD],
    ["Your message wasn't delivered because the domain nosuch.example couldn't be found.", DEAD],
    ['550 5.7.1 Recipient does not want your mail', FOR_NOW],
    ['550 5.2.1 The email account that you tried to reach is disabled', FOR_NOW],
    ['554 5.4.14 Hop count exceeded - possible mail loop', FOR_NOW],
  ])('%s', async (reply, verdict) => {
    expect((await read(smtp(reply))).verdict).toMatchObject(verdict);
  });

  it('Domino says it in German without a code', async () => {
    const text = `Ihre Nachricht

  Betreff: Sicherheitsrückruf

wurde nicht zugestellt an:

  ann@shop.example

weil:

  Benutzer ann (ann@shop.example) nicht im Domino-Verzeichnis aufgelistet`;
    const raw = mailOf('postmaster@shop.example', encoded('ZUSTELLUNG FEHLGESCHLAGEN: Sicherheitsrückruf'), text);
    expect((await read(raw)).verdict).toMatchObject(DEAD);
  });
});
