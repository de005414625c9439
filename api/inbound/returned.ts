/** Lines below which servers put the message that comes back, in small letters. */
const BELOW = [
  '++++++++++++++++++++++++++++++++',
  'included is a copy of the message header',
  'no message was collected',
  'cabeçalhos originais da mensagem',
  'original mail info',
  '-original message',
  'below this line is a copy of the message',
  'this is a copy of the message',
  'this is a copy of your message',
  'this is the original message',
  'original message -----',
  '----- message header follows -----',
  '--- message header follows',
  '----- original message follows -----',
  '-original message-',
  'original message follows',
  'original message headers:',
  'original mail as follows',
  'message headers follow',
  'message header follows',
  'the header of the original message is following',
  'the headers of the original message',
  'header of the original message',
  'headers of the original message follow',
  'unsent message below',
  'unsent message follows',
  'returned message follows',
  'returned message ---',
  '----- returned mail',
  '--- returned message',
  'the following is a copy of the message',
  'copy of the original message',
  'the first 50 lines of the original message',
  'message text follows',
  'text of the message follows',
  'undelivered message ---',
  "tes de message d'origine",
  'intestazioni originali del messaggio',
  'encabezados de mensajes originales',
  'encabezados del mensaje original',
  'ursprüngliche nachrichtenkopfzeilen',
  'kopfzeilen der ursprünglichen nachricht',
  'oorspronkelijke berichtkoppen',
  'bounced e-mail:',
];

/** Headers with which a message begins; and those of them that no one writes who only names it. */
const BEGINS =
  /^(?:return-path|received|dkim-signature|x-[a-z-]+|message-id|from|date|to|subject|mime-version|delivered-to):/i;
const TELLS = /^(?:return-path|received|dkim-signature|message-id|mime-version|delivered-to):/i;
const BEGINS_ENOUGH = 3;
const LOOK_AHEAD = 40;

/** What of a text its writer says, and the message below it that comes back. */
export function splitReturned(text: string): { said: string; returned: string } {
  const lines = text.split('\n');
  const at = lines.findIndex((line, place) => isBelow(line) || beginsMessage(lines, place));
  if (at < 0) return { said: text, returned: '' };
  const isHeader = BEGINS.test(lines[at]!);
  return { said: lines.slice(0, at).join('\n'), returned: lines.slice(isHeader ? at : at + 1).join('\n') };
}

function isBelow(line: string): boolean {
  const said = line.toLowerCase();
  return said.startsWith('received: from ') || BELOW.some((words) => said.includes(words));
}

/** Headers of a message, line after line. */
function beginsMessage(lines: string[], at: number): boolean {
  if (!BEGINS.test(lines[at]!)) return false;
  let [headers, tells] = [0, false];
  for (const line of lines.slice(at, at + LOOK_AHEAD)) {
    if (BEGINS.test(line)) headers += 1;
    else if (!line.startsWith(' ') && !line.startsWith('\t')) return false;
    tells ||= TELLS.test(line);
    if (tells && headers >= BEGINS_ENOUGH) return true;
  }
  return false;
}
