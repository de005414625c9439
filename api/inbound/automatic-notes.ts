import { phrases } from './words.js';

/** Names of receipts in subjects, which no person writes there. */
export const CONFIRMS_READING = phrases(
  `read receipt, return receipt, disposition notification, lesebestätigung, empfangsbestätigung, accusé de lecture,
  confirmation de lecture, confirmación de lectura, acuse de lectura, conferma di lettura, ricevuta di lettura,
  leesbevestiging, potwierdzenie przeczytania, potwierdzenie odczytu, confirmação de leitura, recibo de leitura,
  läskvitto, läsbekräftelse, إيصال قراءة, 已读回执, 已讀回條, 開封確認, 읽음 확인, уведомление о прочтении, отчет о прочтении,
  okundu bilgisi, potvrzení o přečtení, kvittering for læsning, lesebekreftelse, lukukuittaus, olvasási visszaigazolás,
  confirmare de citire, αποδεικτικό ανάγνωσης`,
);

/** How subjects of receipts begin that name the mail behind that. People write so too. */
export const READ_SUBJECTS = phrases(
  `read:, not read:, gelesen:, ungelesen:, nicht gelesen:, lu :, lu:, non lu :, non lu:, leído:, no leído:, letto:, non letto:,
  gelezen:, niet gelezen:, przeczytano:, przeczytane:, przeczytana:, lida:, lido:, não lida:, läst:, oläst:, مقروءة:, 已读:, 已讀:,
  開封済み:, 읽음:, прочитано:, okundu:, přečteno:, læst:, lest:, luettu:, elolvasva:, citit:, διαβάστηκε:`,
);

/** What such a receipt says of it. */
export const IS_READ = phrases(
  `was read on, was read at, has been read, was displayed, has been displayed, was opened on, was opened, has been opened,
  was deleted without being read, wurde am, wurde gelesen, wurde angezeigt, ungelesen gelöscht, a été lu, a été lue,
  a été ouvert, ha sido leído, se leyó, fue leído, è stato letto, è stata letta, è stato visualizzato, is gelezen, gelezen op,
  został przeczytany, została przeczytana, foi lida, foi lido, lästes, har lästs, تمت قراءة, 已被阅读, 阅读时间, 已讀取, 開封され,
  읽었습니다, 읽음, было прочитано, прочитано, okundu, byla přečtena, byl přečten, blev læst, ble lest, luettiin, on luettu,
  elolvasták, a fost citit, διαβάστηκε`,
);

/** What programs say that let mails in after their writer has answered, or has clicked. */
export const ASKS_WHO_WRITES = phrases(
  `complete the verification, complete the verification process, protected by spam arrest, boxbe, release your message,
  prove that you are human, prove you are human, prove that you are a human, verify that you are human,
  verify that you are a person, verify that you're a real person, confirm that you are human, confirm you are human,
  confirm that you are a person, message requires confirmation, message requires verification, requires that you verify,
  sender verification, verify your email address to deliver, list of approved senders, approved senders list,
  allowed senders list, approved sender list, pending verification, to have your message delivered, has not been approved to send,
  held until you confirm, held until you verify, challenge/response, challenge-response, tmda, anti-spam uol,
  antispam uol, damit ihre nachricht zugestellt wird, um ihre nachricht zuzustellen, bestätigen sie den versand,
  pour que votre message soit délivré, pour que votre message soit remis, valider votre envoi, mailinblack, vade secure,
  para que su mensaje sea entregado, para que tu mensaje sea entregado, per far recapitare il suo messaggio,
  aby wiadomość została dostarczona`,
);

/** What lists say of a mail that somebody has to let through. */
export const WAITS_FOR_LIST = phrases(
  `awaits moderator approval, awaiting moderator approval, is awaiting moderation, waiting for moderator approval,
  held for moderation, requires moderator approval, wartet auf die zustimmung, en attente de modération,
  está a la espera de la aprobación`,
);

/** Numbers as programs give them to what has come in. */
export const NAMED_TICKET =
  /[[(](?:[a-z]{1,10}[ :-]?)?#? ?\d{3,}[\])]|(?<![\p{L}\p{N}])(?:ticket|case|request|incident|anfrage|vorgang|ticketnummer|fallnummer|demande|solicitud|richiesta|aanvraag|zgłoszenie|zgłoszenia|pedido|solicitação|ärende|sag|sak|zaak|caso|dossier|запрос|заявка|talep|工单|单号|受付番号|접수번호)(?: (?:id|no|nr|number|nummer|numéro|número|numero))?(?: (?:is|ist|lautet|est|es|è|to))?[ :.#№°-]{0,4}(?:[a-z]{1,6}-?)?\d{3,}|(?<![\p{L}\p{N}])(?:inc|cs|ritm|req)\d{6,}|type your reply above this line/u;

/** How people name themselves. */
export const FIRST_PERSON = phrases(
  `i, i'm, i've, i'll, my name, ich, je, j'ai, yo, he, soy, io, ho, sono, ik, ja, jestem, mam, eu, tenho, sou, jag, أنا, 我, 私,
  저는, я, ben, já, jeg, minä, olen, én, vagyok, eu sunt, εγώ`,
);

/** What programs say will become of what has come in. */
export const WILL_BE_HANDLED = phrases(
  `is being reviewed, will be reviewed, will be reviewing, will review, will get back to you, will respond, will reply,
  will be in touch, will contact you, as soon as possible, shortly, to add additional comments, reply to this email to,
  follow it, track it, status of your, team will, short description, schnellstmöglich, so schnell wie möglich, wird bearbeitet, werden uns,
  dans les meilleurs délais, en cours d'examen, sera traité*, en cours de traitement, a la mayor brevedad, lo antes posible,
  será atendid*, le responderemos, te responderemos, al più presto, il prima possibile, in lavorazione, presa in carico,
  zo snel mogelijk, zo spoedig mogelijk, in behandeling, najszybciej, w trakcie, o mais breve possível, o mais rapidamente,
  em análise, så snart som möjligt, behandlas, في أقرب وقت, 尽快, 盡快, 折り返し, 빠른 시일, 빠른 시간, в ближайшее время,
  en kısa sürede, co nejdříve, hurtigst muligt, så snart som mulig, mahdollisimman pian, a lehető leghamarabb,
  în cel mai scurt timp, το συντομότερο`,
);
