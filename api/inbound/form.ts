import { header, type MailParts } from './mail-parts.js';
import { phrases } from './words.js';

/** What forms on pages call their fields, in small letters. */
const FIELDS = phrases(
  `name, full name, your name, first name, last name, e-mail, email, email address, your email, phone, telephone, message,
  your message, comments, subject, vorname, nachname, telefon, nachricht, ihre nachricht, betreff, nom, prénom, téléphone,
  courriel, votre message, nombre, apellidos, teléfono, correo, correo electrónico, mensaje, nome, cognome, telefono,
  messaggio, naam, telefoon, bericht, imię, nazwisko, wiadomość, telefone, mensagem, namn, meddelande, الاسم, الرسالة, الهاتف`,
);
const FIELDS_MIN = 2;
const LINES_MAX = 200;

/** Whether a mail is what somebody wrote into a form on a page: it has their fields, or asks to answer somebody else. */
export function isOfForm(parts: MailParts): boolean {
  const answerTo = header(parts, 'reply-to');
  if (answerTo !== '' && !header(parts, 'from').includes(addressIn(answerTo))) return true;
  const fields = parts.text.split('\n', LINES_MAX).map((line) =>
    line
      .slice(0, Math.max(0, line.indexOf(':')))
      .trim()
      .toLowerCase(),
  );
  return new Set(fields.filter((name) => FIELDS.includes(name))).size >= FIELDS_MIN;
}

function addressIn(value: string): string {
  const [, bracketed] = value.split('<', 2);
  return (bracketed ?? value).split('>', 1)[0]!.trim();
}
