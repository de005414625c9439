import type { Language } from '../engine/words.js';
import type { NoticeData } from './notices.js';
import type { NOTICE_LANGUAGES } from './scope-text.js';
import { spokenText } from './short-notices.js';

/** What a caller says beside the notice: whom they ask for, and what they want to know. `{customer}` is whom they call. */
type ScriptWords = Record<'greeting' | 'kept' | 'others' | 'hurt' | 'thanks', string>;

const WORDS = {
  en: {
    greeting:
      'Good day, I would like to speak to whoever is responsible at {customer}. It is about the safety of a product.',
    kept: 'How many of them do you still have? Please keep these apart from everything else.',
    others: 'How many have you sold on, and how many are destroyed? Have you told those who bought them?',
    hurt: 'Do you know of anybody who was hurt?',
    thanks: 'Thank you. For questions please call: {contact}.',
  },
  de: {
    greeting:
      'Guten Tag, ich möchte mit der zuständigen Person bei {customer} sprechen. Es geht um die Sicherheit eines Produkts.',
    kept: 'Wie viele Stück haben Sie noch? Bitte lagern Sie diese getrennt von allem anderen.',
    others: 'Wie viele haben Sie weiterverkauft, und wie viele sind vernichtet? Haben Sie die Käufer informiert?',
    hurt: 'Wissen Sie von jemandem, der verletzt wurde?',
    thanks: 'Vielen Dank. Bei Fragen rufen Sie bitte an: {contact}.',
  },
  fr: {
    greeting:
      'Bonjour, je voudrais parler à la personne responsable chez {customer}. Il s’agit de la sécurité d’un produit.',
    kept: 'Combien d’unités avez-vous encore ? Veuillez les mettre à l’écart de tout le reste.',
    others: 'Combien en avez-vous revendu, et combien ont été détruites ? Avez-vous prévenu les acheteurs ?',
    hurt: 'Avez-vous connaissance d’une personne blessée ?',
    thanks: 'Merci. Pour toute question, appelez : {contact}.',
  },
  es: {
    greeting:
      'Buenos días, quisiera hablar con la persona responsable en {customer}. Se trata de la seguridad de un producto.',
    kept: '¿Cuántas unidades tiene todavía? Sepárelas de todo lo demás, por favor.',
    others: '¿Cuántas ha revendido y cuántas se han destruido? ¿Ha avisado a los compradores?',
    hurt: '¿Sabe de alguna persona que haya resultado herida?',
    thanks: 'Gracias. Si tiene preguntas, llame a: {contact}.',
  },
  it: {
    greeting:
      'Buongiorno, vorrei parlare con la persona responsabile presso {customer}. Si tratta della sicurezza di un prodotto.',
    kept: 'Quanti pezzi avete ancora? Vi preghiamo di tenerli separati da tutto il resto.',
    others: 'Quanti ne avete rivenduti e quanti sono stati distrutti? Avete informato gli acquirenti?',
    hurt: 'Siete a conoscenza di persone ferite?',
    thanks: 'Grazie. Per domande chiamate: {contact}.',
  },
  nl: {
    greeting:
      'Goedendag, ik wil graag de verantwoordelijke persoon bij {customer} spreken. Het gaat om de veiligheid van een product.',
    kept: 'Hoeveel stuks hebt u nog? Houd deze alstublieft gescheiden van al het andere.',
    others: 'Hoeveel hebt u doorverkocht en hoeveel zijn er vernietigd? Hebt u de kopers ingelicht?',
    hurt: 'Weet u van iemand die gewond is geraakt?',
    thanks: 'Dank u wel. Bel bij vragen: {contact}.',
  },
  pl: {
    greeting: 'Dzień dobry, chcę rozmawiać z osobą odpowiedzialną w {customer}. Chodzi o bezpieczeństwo produktu.',
    kept: 'Ile sztuk jeszcze Państwo mają? Prosimy trzymać je oddzielnie od wszystkiego innego.',
    others: 'Ile sztuk odsprzedano, a ile zniszczono? Czy nabywcy zostali powiadomieni?',
    hurt: 'Czy wiedzą Państwo o kimś, kto odniósł obrażenia?',
    thanks: 'Dziękujemy. W razie pytań prosimy dzwonić: {contact}.',
  },
  pt: {
    greeting: 'Bom dia, gostaria de falar com a pessoa responsável na {customer}. Trata-se da segurança de um produto.',
    kept: 'Quantas unidades ainda tem? Por favor, mantenha-as separadas de tudo o resto.',
    others: 'Quantas revendeu e quantas foram destruídas? Avisou os compradores?',
    hurt: 'Tem conhecimento de alguém que tenha ficado ferido?',
    thanks: 'Obrigado. Em caso de dúvidas, ligue para: {contact}.',
  },
  sv: {
    greeting: 'God dag, jag vill tala med den som är ansvarig på {customer}. Det gäller säkerheten hos en produkt.',
    kept: 'Hur många har ni kvar? Håll dem åtskilda från allt annat.',
    others: 'Hur många har ni sålt vidare, och hur många har förstörts? Har ni informerat köparna?',
    hurt: 'Känner ni till någon som har skadats?',
    thanks: 'Tack. Ring vid frågor: {contact}.',
  },
  ar: {
    greeting: 'طاب يومكم، أودّ التحدّث إلى الشخص المسؤول لدى {customer}. الأمر يتعلّق بسلامة أحد المنتجات.',
    kept: 'كم وحدة ما زالت لديكم؟ يرجى إبقاؤها منفصلة عن كل شيء آخر.',
    others: 'كم وحدة أعدتم بيعها، وكم وحدة أُتلفت؟ هل أبلغتم المشترين؟',
    hurt: 'هل تعلمون بإصابة أي شخص؟',
    thanks: 'شكرًا لكم. للاستفسار يرجى الاتصال على: {contact}.',
  },
} satisfies Record<(typeof NOTICE_LANGUAGES)[number], ScriptWords>;

/**
 * What a caller says, line by line, in the language of whom they call; in English where it has no words. The notice as it
 * was approved stands between whom they ask for and what they ask. Throws where the template wants what the data lacks.
 */
export function callScript(template: string, language: Language, data: NoticeData): string[] {
  const known: Record<string, ScriptWords> = WORDS;
  const { greeting, kept, others, hurt, thanks } = known[language] ?? WORDS.en;
  const fill = (text: string): string =>
    text.replace('{customer}', () => data.customer).replace('{contact}', () => data.contact);
  return [fill(greeting), spokenText(template, data), kept, others, hurt, fill(thanks)];
}
