import type { Language } from '../engine/words.js';
import type { NOTICE_LANGUAGES } from './scope-text.js';

/** What is said in a call beside the notice: what can be pressed, and what follows. `{contact}` is whom to call. */
export type VoiceWords = Record<'keys' | 'count' | 'has' | 'hasNone' | 'callMe' | 'nothing' | 'machine', string>;
/** Which of Twilio's voices reads a language: its tag, and the voice where the tag alone names none (twilio.com/docs/voice/twiml/say). */
export type Voice = { language: string; voice: string | null };

const WORDS = {
  en: {
    voice: { language: 'en-GB', voice: null },
    words: {
      keys: 'If you have it, press 1. If you do not have it any more, press 2. If you want a person to call you, press 9.',
      count: 'How many do you have? Please type the number and then the hash key.',
      has: 'Thank you. Please keep what you have apart from everything else. You will hear from us how it is collected.',
      hasNone: 'Thank you. We have noted that you do not have it any more.',
      callMe: 'Thank you. A person will call you.',
      nothing: 'You will find the same in our written message. For questions call: {contact}.',
      machine: 'Please answer our written message, or call: {contact}.',
    },
  },
  de: {
    voice: { language: 'de-DE', voice: null },
    words: {
      keys: 'Wenn Sie es haben, drücken Sie die 1. Wenn Sie es nicht mehr haben, drücken Sie die 2. Wenn ein Mensch Sie anrufen soll, drücken Sie die 9.',
      count: 'Wie viele Stück haben Sie? Bitte tippen Sie die Zahl und dann die Rautetaste.',
      has: 'Vielen Dank. Bitte lagern Sie Ihren Bestand getrennt von allem anderen. Sie hören von uns, wie er abgeholt wird.',
      hasNone: 'Vielen Dank. Wir haben notiert, dass Sie es nicht mehr haben.',
      callMe: 'Vielen Dank. Ein Mensch wird Sie anrufen.',
      nothing: 'Dasselbe steht in unserer schriftlichen Nachricht. Bei Fragen rufen Sie an: {contact}.',
      machine: 'Bitte beantworten Sie unsere schriftliche Nachricht oder rufen Sie an: {contact}.',
    },
  },
  fr: {
    voice: { language: 'fr-FR', voice: null },
    words: {
      keys: 'Si vous l’avez, appuyez sur 1. Si vous ne l’avez plus, appuyez sur 2. Si vous souhaitez qu’une personne vous appelle, appuyez sur 9.',
      count: 'Combien d’unités avez-vous ? Tapez le nombre, puis la touche dièse.',
      has: 'Merci. Veuillez mettre vos unités à l’écart de tout le reste. Nous vous dirons comment elles seront enlevées.',
      hasNone: 'Merci. Nous avons noté que vous ne l’avez plus.',
      callMe: 'Merci. Une personne vous appellera.',
      nothing: 'Vous trouverez la même chose dans notre message écrit. Pour toute question, appelez : {contact}.',
      machine: 'Veuillez répondre à notre message écrit, ou appelez : {contact}.',
    },
  },
  es: {
    voice: { language: 'es-ES', voice: null },
    words: {
      keys: 'Si lo tiene, pulse 1. Si ya no lo tiene, pulse 2. Si quiere que le llame una persona, pulse 9.',
      count: '¿Cuántas unidades tiene? Marque el número y después la almohadilla.',
      has: 'Gracias. Guarde lo que tiene separado de todo lo demás. Le diremos cómo se recogerá.',
      hasNone: 'Gracias. Hemos anotado que ya no lo tiene.',
      callMe: 'Gracias. Le llamará una persona.',
      nothing: 'Encontrará lo mismo en nuestro mensaje escrito. Si tiene preguntas, llame a: {contact}.',
      machine: 'Responda a nuestro mensaje escrito, o llame a: {contact}.',
    },
  },
  it: {
    voice: { language: 'it-IT', voice: null },
    words: {
      keys: 'Se lo ha, prema 1. Se non lo ha più, prema 2. Se desidera che una persona la chiami, prema 9.',
      count: 'Quante unità ha? Digiti il numero e poi il tasto cancelletto.',
      has: 'Grazie. Tenga quello che ha separato da tutto il resto. Le diremo come verrà ritirato.',
      hasNone: 'Grazie. Abbiamo preso nota che non lo ha più.',
      callMe: 'Grazie. Una persona la chiamerà.',
      nothing: 'Trova le stesse cose nel nostro messaggio scritto. Per domande chiami: {contact}.',
      machine: 'Risponda al nostro messaggio scritto, oppure chiami: {contact}.',
    },
  },
  nl: {
    voice: { language: 'nl-NL', voice: null },
    words: {
      keys: 'Als u het hebt, toets 1. Als u het niet meer hebt, toets 2. Als u wilt dat iemand u belt, toets 9.',
      count: 'Hoeveel stuks hebt u? Toets het aantal en daarna een hekje.',
      has: 'Dank u. Houd wat u hebt apart van al het andere. U hoort van ons hoe het wordt opgehaald.',
      hasNone: 'Dank u. Wij hebben genoteerd dat u het niet meer hebt.',
      callMe: 'Dank u. Iemand zal u bellen.',
      nothing: 'Hetzelfde staat in ons schriftelijke bericht. Voor vragen belt u: {contact}.',
      machine: 'Beantwoord ons schriftelijke bericht, of bel: {contact}.',
    },
  },
  pl: {
    voice: { language: 'pl-PL', voice: null },
    words: {
      keys: 'Jeśli mają Państwo ten produkt, proszę nacisnąć 1. Jeśli już go nie ma, proszę nacisnąć 2. Jeśli ma zadzwonić człowiek, proszę nacisnąć 9.',
      count: 'Ile sztuk mają Państwo u siebie? Proszę wpisać liczbę, a potem krzyżyk.',
      has: 'Dziękujemy. Prosimy trzymać te sztuki osobno. Powiadomimy, jak zostaną odebrane.',
      hasNone: 'Dziękujemy. Zapisaliśmy, że produktu już nie ma.',
      callMe: 'Dziękujemy. Zadzwoni człowiek.',
      nothing: 'To samo jest w naszej pisemnej wiadomości. W razie pytań prosimy dzwonić: {contact}.',
      machine: 'Prosimy odpowiedzieć na naszą pisemną wiadomość albo zadzwonić: {contact}.',
    },
  },
  pt: {
    voice: { language: 'pt-PT', voice: null },
    words: {
      keys: 'Se o tem, prima 1. Se já não o tem, prima 2. Se quer que uma pessoa lhe telefone, prima 9.',
      count: 'Quantas unidades tem? Marque o número e depois a tecla cardinal.',
      has: 'Obrigado. Guarde o que tem separado de tudo o resto. Diremos como será recolhido.',
      hasNone: 'Obrigado. Registámos que já não o tem.',
      callMe: 'Obrigado. Uma pessoa vai telefonar-lhe.',
      nothing: 'Encontra o mesmo na nossa mensagem escrita. Para perguntas telefone para: {contact}.',
      machine: 'Responda à nossa mensagem escrita, ou telefone para: {contact}.',
    },
  },
  sv: {
    voice: { language: 'sv-SE', voice: null },
    words: {
      keys: 'Om ni har den, tryck 1. Om ni inte har den längre, tryck 2. Om ni vill att en människa ringer er, tryck 9.',
      count: 'Hur många har ni? Slå antalet och sedan fyrkant.',
      has: 'Tack. Håll det ni har skilt från allt annat. Vi hör av oss om hur det hämtas.',
      hasNone: 'Tack. Vi har antecknat att ni inte har den längre.',
      callMe: 'Tack. En människa kommer att ringa er.',
      nothing: 'Samma sak står i vårt skriftliga meddelande. Vid frågor, ring: {contact}.',
      machine: 'Svara på vårt skriftliga meddelande, eller ring: {contact}.',
    },
  },
  ar: {
    voice: { language: 'arb', voice: 'Polly.Zeina' },
    words: {
      keys: 'إذا كان المنتج لديكم فاضغطوا 1. إذا لم يعد لديكم فاضغطوا 2. إذا أردتم أن يتصل بكم شخص فاضغطوا 9.',
      count: 'كم وحدة لديكم؟ أدخلوا العدد ثم اضغطوا مفتاح المربع.',
      has: 'شكرا. احفظوا ما لديكم بعيدا عن كل ما سواه. سنخبركم كيف سيجري استلامه.',
      hasNone: 'شكرا. سجلنا أنه لم يعد لديكم.',
      callMe: 'شكرا. سيتصل بكم شخص.',
      nothing: 'تجدون الكلام نفسه في رسالتنا المكتوبة. للأسئلة اتصلوا على: {contact}.',
      machine: 'نرجو أن تردوا على رسالتنا المكتوبة، أو اتصلوا على: {contact}.',
    },
  },
} satisfies Record<(typeof NOTICE_LANGUAGES)[number], { voice: Voice; words: VoiceWords }>;

/** What a call in a language says beside its notice, and in which voice; in English where nobody has written that. */
export function voiceWords(language: Language, contact: string): { voice: Voice; words: VoiceWords } {
  const known: Record<string, { voice: Voice; words: VoiceWords }> = WORDS;
  const { voice, words } = known[language] ?? WORDS.en;
  const filled = Object.entries(words).map(([key, text]) => [key, text.replace('{contact}', () => contact)]);
  return { voice, words: Object.fromEntries(filled) as VoiceWords };
}
