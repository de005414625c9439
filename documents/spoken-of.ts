import type { Language } from '../engine/words.js';
import { normalText } from './normal-text.js';

/** What a text to customers can promise or ask for, each a list of beginnings of words by language. */
type Topics = Record<string, Record<string, string[]>>;

/** The remedies of Art 37(2) Regulation (EU) 2023/988. */
export const REMEDIES: Topics = {
  refund: {
    de: ['erstatt', 'rückzahl', 'rückvergüt', 'geld'],
    en: ['refund', 'reimburs', 'money back'],
    es: ['reembols', 'reintegr', 'devoluc', 'devolv'],
    fr: ['rembours'],
    it: ['rimbors'],
    nl: ['terugbeta', 'restitu', 'vergoed', 'geld'],
    pt: ['reembols', 'devoluç', 'devolv'],
    pl: ['zwrot', 'zwróc', 'zwrac'],
    sv: ['återbeta', 'pengarna'],
    ar: ['استرداد', 'الاسترداد', 'إرجاع الثمن'],
  },
  replacement: {
    de: ['ersatz', 'ersetz', 'austausch', 'umtausch', 'tausch'],
    en: ['replac', 'exchang', 'swap'],
    es: ['sustitu', 'reempla', 'cambi', 'reposici'],
    fr: ['rempla', 'échang'],
    it: ['sostitu', 'cambi', 'rimpiazz'],
    nl: ['vervang', 'omruil', 'inruil'],
    pt: ['substitu', 'troc', 'reposi'],
    pl: ['wymian', 'wymien', 'zamian', 'zamien'],
    sv: ['ersätt', 'byte', 'byta', 'byter', 'utbyt'],
    ar: ['استبدال', 'الاستبدال', 'تبديل', 'نستبدل'],
  },
  repair: {
    de: ['repar', 'instandsetz', 'instand setz', 'nachbesser'],
    en: ['repair', 'fix'],
    es: ['repar', 'arregl'],
    fr: ['répar'],
    it: ['ripar'],
    nl: ['repar', 'herstel'],
    pt: ['repar', 'consert', 'arranj'],
    pl: ['napraw'],
    sv: ['repar', 'laga'],
    ar: ['إصلاح', 'الإصلاح', 'تصلح'],
  },
  'free of charge': {
    de: ['kostenlos', 'kostenfrei', 'gratis', 'unentgeltlich', 'ohne kosten'],
    en: ['free', 'no charge', 'no cost', 'without charge', 'at our expense'],
    es: ['sin coste', 'sin costo', 'sin cargo', 'gratui', 'gratis', 'sin gastos'],
    fr: ['sans frais', 'gratui', 'à nos frais'],
    it: ['gratui', 'gratis', 'senza spese', 'senza costi'],
    nl: ['kosteloos', 'kosteloze', 'gratis', 'zonder kosten', 'geen kosten'],
    pt: ['sem custo', 'sem encargo', 'gratui', 'grátis'],
    pl: ['bezpłat', 'za darmo', 'bez opłat', 'bez kosztów'],
    sv: ['kostnadsfri', 'gratis', 'utan kostnad'],
    ar: ['مجان', 'بدون مقابل', 'دون مقابل'],
  },
};

/** What a case asks of whoever holds the product, beyond what the text of the notice itself says. */
export const ACTIONS: Topics = {
  'no use': {
    de: ['nicht mehr', 'nicht weiter', 'nicht verwend', 'nicht benutz', 'einstellen'],
    en: ['stop using', 'stop use', 'do not use', "don't use", 'not use', 'no longer use'],
    es: ['deje de us', 'dejen de us', 'deje de util', 'no use', 'no util', 'no lo us', 'no lo util'],
    fr: ["cessez d'util", "cesser d'util", "n'utilis", 'ne plus util', "cessez immédiatement d'util", 'ne pas util'],
    it: ['non us', 'non util', 'smett', 'cessa', 'interromp', 'non lo us', 'non lo util'],
    nl: ['niet meer', 'niet gebruik', 'stop met', 'niet langer', 'stop het gebruik'],
    pt: ['deixe de us', 'deixe de util', 'não use', 'não util', 'não o us', 'não o util', 'pare de'],
    pl: ['nie używa', 'zaprzest', 'przesta'],
    sv: ['sluta', 'använd inte', 'inte använd'],
    ar: ['توقفوا', 'لا تستخدم', 'لا تستعمل'],
  },
  repair: REMEDIES.repair!,
  collection: {
    de: ['abhol', 'abgeholt', 'holen'],
    en: ['collect', 'pick up', 'pick it up', 'pick them up'],
    es: ['recog', 'retir', 'recolec'],
    fr: ['enlev', 'enlèv', 'collect', 'récupér', 'ramass'],
    it: ['ritir', 'raccol'],
    nl: ['ophal', 'opgehaald', 'afhal', 'halen'],
    pt: ['recolh', 'levant'],
    pl: ['odbiór', 'odbior', 'odbierz'],
    sv: ['hämta'],
    ar: ['استلام', 'نستلم', 'سنستلم'],
  },
  return: {
    de: ['zurück', 'rücksend', 'rückgab', 'retour', 'einsend', 'einschick'],
    en: ['return', 'send back', 'send it back', 'bring it back', 'send them back', 'bring back'],
    es: ['devolv', 'devuel', 'devoluc', 'reenv', 'retorn'],
    fr: ['renvo', 'retour', 'rapport', 'ramen', 'réexpéd'],
    it: ['restitu', 'rispedi', 'riport', 'reso', 'rend', 'rimand'],
    nl: ['terug', 'retour'],
    pt: ['devolv', 'devoluç', 'retorn'],
    pl: ['zwróc', 'zwrot', 'odesł', 'odeśl'],
    sv: ['returner', 'skicka tillbaka', 'lämna tillbaka', 'återlämn'],
    ar: ['إعادة', 'أعيدوا', 'إرجاع'],
  },
  disposal: {
    de: ['entsorg', 'vernicht', 'wegwerf', 'verschrott'],
    en: ['dispos', 'discard', 'destroy', 'throw', 'scrap'],
    es: ['desech', 'destru', 'elimin', 'tir'],
    fr: ['jet', 'détrui', 'élimin', 'rebut'],
    it: ['smalt', 'distru', 'elimin', 'gett'],
    nl: ['weggooi', 'gooi', 'vernietig', 'afvoer', 'afgevoerd'],
    pt: ['elimin', 'destru', 'descart', 'deit'],
    pl: ['utyliz', 'wyrzuc', 'zniszcz'],
    sv: ['kasser', 'släng', 'förstör'],
    ar: ['تخلص', 'تخلّص', 'أتلف', 'إتلاف'],
  },
  'switching off': {
    de: ['stecker', 'ausschalt', 'schalten', 'abschalt', 'vom netz', 'vom strom'],
    en: ['unplug', 'switch', 'turn off', 'turn it off', 'disconnect'],
    es: ['desench', 'apag', 'descon'],
    fr: ['débranch', 'étei'],
    it: ['scolleg', 'spegn', 'stacc'],
    nl: ['stekker', 'schakel', 'uitschakel', 'loskoppel', 'ontkoppel'],
    pt: ['deslig', 'descon', 'apag'],
    pl: ['odłącz', 'wyłącz'],
    sv: ['stäng av', 'dra ur', 'koppla'],
    ar: ['افصلوا', 'أطفئوا', 'فصل'],
  },
};

/** Languages that join words: what is looked for may stand at the end of one. */
const JOINS = new Set(['de', 'nl']);

/** The languages whose words are known. */
export const SPOKEN = new Set(Object.keys(REMEDIES.refund!));

/** Of these topics those that a text speaks of, as far as the lists of words know its language. */
export function spokenOf(topics: Topics, text: string, language: Language): string[] {
  const words = ` ${normalText(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, ' ')} `;
  const before = JOINS.has(language) ? '' : ' ';
  return Object.entries(topics)
    .filter(([, known]) => known[language]?.some((beginning) => words.includes(`${before}${beginning}`)))
    .map(([topic]) => topic);
}
