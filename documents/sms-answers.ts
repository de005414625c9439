import type { Language } from '../engine/words.js';
import { smsText } from './sms-text.js';

/** What somebody who writes to our number wants. */
export type Want = 'stop' | 'start' | 'help' | 'say';

/**
 * Words that stand alone in a message and are meant for a machine: those that mobile networks prescribe (CTIA, Messaging
 * Principles 5.1; Twilio's defaults), and what people write in the languages of our notices.
 */
const KEYWORDS: Record<Exclude<Want, 'say'>, string> = {
  stop: 'stop stopall unsubscribe cancel end quit revoke optout arret arrêt stopp abmelden baja parar cancelar sair basta annulla afmelden uitschrijven wypisz avsluta توقف إيقاف',
  start: 'start yes unstop',
  help: 'help info hilfe aide ayuda aiuto hulp pomoc ajuda hjälp hjalp مساعدة',
};

/** What a message of somebody asks for, where it is one of the words for a machine and nothing else. */
export function wantOf(text: string): Want {
  const word = text.trim().toLowerCase().replace(/[.!]$/, '');
  for (const want of ['stop', 'start', 'help'] as const) if (KEYWORDS[want].split(' ').includes(word)) return want;
  return 'say';
}

type Words = Record<Want, string>;

const ENGLISH: Words = {
  stop: '{company}: you will get no more text messages from us. A recall may concern you all the same: {contact}.',
  start: '{company}: we will send you text messages again when a recall concerns you.',
  help: '{company} writes to you because of a product safety recall. Questions: {contact}. No more messages: STOP',
  say: '{company}: thank you, a person will read this. To report units, use the page named in our message. Urgent: {contact}',
};
const ANSWERS: Record<string, Words> = {
  en: ENGLISH,
  de: {
    stop: '{company}: Sie bekommen keine SMS mehr von uns. Ein Rückruf kann Sie trotzdem betreffen: {contact}.',
    start: '{company}: Wir schicken Ihnen wieder SMS, wenn ein Rückruf Sie betrifft.',
    help: '{company} schreibt Ihnen wegen eines Produktsicherheitsrückrufs. Fragen: {contact}. Keine SMS mehr: STOP',
    say: '{company}: Danke, ein Mensch liest das. Stückzahlen melden Sie bitte auf der Seite aus unserer SMS. Dringend: {contact}',
  },
  fr: {
    stop: '{company} : vous ne recevrez plus de SMS. Un rappel peut tout de même vous concerner : {contact}.',
    start: '{company} : vous recevrez à nouveau nos SMS si un rappel vous concerne.',
    help: '{company} vous écrit pour un rappel de produit pour des raisons de sécurité. Questions : {contact}. Plus de SMS : STOP',
    say: '{company} : merci, une personne lira ce message. Pour déclarer vos unités, utilisez la page de notre SMS. Urgent : {contact}',
  },
  es: {
    stop: '{company}: no recibirá más SMS. Aun así, una recuperación puede afectarle: {contact}.',
    start: '{company}: volverá a recibir nuestros SMS si una recuperación le afecta.',
    help: '{company} le escribe por una recuperación de producto por motivos de seguridad. Preguntas: {contact}. No más SMS: STOP',
    say: '{company}: gracias, una persona leerá este mensaje. Para comunicar unidades use la página de nuestro SMS. Urgente: {contact}',
  },
  it: {
    stop: '{company}: non riceverà altri SMS. Un richiamo può comunque riguardarla: {contact}.',
    start: '{company}: riceverà di nuovo i nostri SMS se un richiamo la riguarda.',
    help: '{company} le scrive per un richiamo di sicurezza di un prodotto. Domande: {contact}. Niente più SMS: STOP',
    say: '{company}: grazie, una persona leggerà il messaggio. Per comunicare le unità usi la pagina del nostro SMS. Urgente: {contact}',
  },
  nl: {
    stop: '{company}: u krijgt geen sms meer van ons. Een terugroeping kan u toch betreffen: {contact}.',
    start: '{company}: u krijgt weer sms van ons als een terugroeping u betreft.',
    help: '{company} schrijft u over een terugroeping in verband met de productveiligheid. Vragen: {contact}. Geen sms meer: STOP',
    say: '{company}: dank u, een mens leest dit. Aantallen meldt u op de pagina uit onze sms. Dringend: {contact}',
  },
  pl: {
    stop: '{company}: nie dostaniesz już od nas SMS-ów. Wycofanie produktu może Cię mimo to dotyczyć: {contact}.',
    start: '{company}: znów będziemy wysyłać SMS-y, gdy wycofanie produktu Cię dotyczy.',
    help: '{company} pisze w sprawie wycofania produktu ze względów bezpieczeństwa. Pytania: {contact}. Bez SMS-ów: STOP',
    say: '{company}: dziękujemy, przeczyta to człowiek. Liczbę sztuk prosimy podać na stronie z naszego SMS-a. Pilne: {contact}',
  },
  pt: {
    stop: '{company}: não receberá mais SMS nossos. Uma recolha pode dizer-lhe respeito na mesma: {contact}.',
    start: '{company}: voltará a receber SMS nossos se uma recolha lhe disser respeito.',
    help: '{company} escreve-lhe por uma recolha de produto por razões de segurança. Perguntas: {contact}. Sem mais SMS: STOP',
    say: '{company}: obrigado, uma pessoa lerá esta mensagem. Para comunicar unidades use a página do nosso SMS. Urgente: {contact}',
  },
  sv: {
    stop: '{company}: du får inga fler sms från oss. Ett återkallande kan ändå gälla dig: {contact}.',
    start: '{company}: du får sms från oss igen om ett återkallande gäller dig.',
    help: '{company} skriver till dig om ett återkallande av säkerhetsskäl. Frågor: {contact}. Inga fler sms: STOP',
    say: '{company}: tack, en människa läser det här. Antal anger du på sidan i vårt sms. Brådskande: {contact}',
  },
  ar: {
    stop: '{company}: لن تصلك رسائل نصية أخرى منا. قد يخصك الاستدعاء مع ذلك: {contact}.',
    start: '{company}: ستصلك رسائلنا النصية من جديد إذا كان الاستدعاء يخصك.',
    help: '{company} تكتب إليك بشأن استدعاء منتج لأسباب تتعلق بالسلامة. للأسئلة: {contact}. لإيقاف الرسائل: STOP',
    say: '{company}: شكرا، سيقرأ شخص هذه الرسالة. للإبلاغ عن الوحدات استخدم الصفحة المذكورة في رسالتنا. للعاجل: {contact}',
  },
};

/** What somebody who writes to our number is answered, in their language or in English. */
export function smsAnswer(
  want: Want,
  language: Language,
  { company, contact }: { company: string; contact: string },
): string {
  const words = (ANSWERS[language] ?? ENGLISH)[want];
  return smsText(words.replace('{company}', () => company).replace('{contact}', () => contact));
}
