/** Words of one language, as they are written or as their endings vary (`*`), in small letters. */
type Words = {
  /** Which say it alone, and mean nothing else in any of these languages: "tot" is dead in German, and until in Dutch. */
  alone: string;
  /** What may be done to a person and to a thing, and who or what of them it was done to: both in one sentence say it. */
  harm: string;
  whom: string;
};

/** How people write of somebody who is hurt, in the languages of the product. */
const LANGUAGES: Readonly<Record<string, Words>> = {
  en: {
    alone:
      'injur* hurt hurts wounded bleeding bled stitches hospital* ambulance a&e burns scald* electrocuted choked choking poisoned poisoning died dead death killed fracture* concussion unconscious rash allergic',
    harm: 'cut cuts burn burned burnt scratched pinched trapped crushed bruised broke broken fell hit shocked swallowed ill sick blood',
    whom: 'child children kid kids baby toddler boy girl son daughter hand hands finger fingers thumb arm leg foot face eye eyes head skin mouth tooth teeth somebody someone customer colleague employee guest woman man person she he us i',
  },
  de: {
    alone:
      'verletz* verwund* blutet* geblutet blutung krankenhaus notaufnahme notarzt klinik verbrannt verbrennung* verbrüht* stromschlag erstickt vergift* gestorben verstorben tödlich bewusstlos gehirnerschütterung knochenbruch',
    harm: 'geschnitten schnitt gestochen gequetscht eingeklemmt gekratzt gebrochen gestürzt verschluckt blut blutig krank übel tot',
    whom: 'kind kinder kindes baby säugling junge mädchen sohn tochter hand hände finger daumen arm bein fuß gesicht auge augen kopf haut mund zahn zähne jemand kunde kundin kollege kollegin mitarbeiter* gast frau mann person sie er uns ich',
  },
  fr: {
    alone:
      'bless* saign* hôpital urgences ambulance brûlure* ébouillant* électrocut* étouff* intoxi* empoisonn* décéd* mort morte mourir fracture* inconscient*',
    harm: 'coupé coupée coupés brûlé brûlée pincé pincée coincé coincée écrasé écrasée griffé griffée cassé cassée tombé tombée avalé avalée sang malade',
    whom: "enfant enfants bébé garçon fille fils main mains doigt doigts pouce bras jambe pied visage œil oeil yeux tête peau bouche dent dents quelqu'un client cliente collègue employé employée femme homme personne elle il nous je s'est",
  },
  es: {
    alone:
      'herid* lesi* sangr* hospital* urgencias ambulancia quemadura* electrocut* asfixi* atragant* intoxic* envenen* falleci* muert* fractura* inconsciente',
    harm: 'cortó cortado cortada quemó quemado quemada pilló aplastó arañó rompió cayó tragó enfermo enferma',
    whom: 'niño niña niños hijo hija bebé mano manos dedo dedos pulgar brazo pierna pie cara ojo ojos cabeza piel boca diente dientes alguien cliente clienta empleado empleada mujer hombre persona ella él nos se',
  },
  it: {
    alone:
      'ferit* lesion* infortun* sanguin* ospedale ambulanza ustion* folgorat* soffocat* intossic* avvelen* decedut* mort* frattura* incoscient*',
    harm: 'tagliato tagliata bruciato bruciata schiacciato schiacciata graffiato rotto rotta caduto caduta ingoiato ingerito sangue malato malata',
    whom: "bambino bambina bambini figlio figlia neonato mano mani dito dita pollice braccio gamba piede viso occhio occhi testa pelle bocca dente denti qualcuno cliente collega dipendente donna uomo persona lei lui ci s'è si",
  },
  nl: {
    alone:
      'gewond* verwond* letsel bloedt bloedde bloeding ziekenhuis ambulance brandwond* verbrand* elektrische-schok gestikt stikte vergiftig* overleden dood gedood bewusteloos hersenschudding botbreuk',
    harm: 'gesneden sneed geknepen bekneld gekrast gebroken gevallen ingeslikt bloed ziek',
    whom: 'kind kinderen baby peuter jongen meisje zoon dochter hand handen vinger vingers duim arm been voet gezicht oog ogen hoofd huid mond tand tanden iemand klant collega medewerker vrouw man persoon zij hij ons ik zich',
  },
  pl: {
    alone:
      'zrani* ranny ranna obraże* krwawi* szpital* pogotowi* karetk* oparze* oparzy* poparz* porażen* zadławi* udusi* zatru* zmarł* śmierć śmierteln* złaman* nieprzytomn*',
    harm: 'skaleczył* skaleczon* przeciął przecięła pociął przytrzasnął* upadł* połknął połknęł* krew chory chora',
    whom: 'dziecko dziecka dzieci niemowlę chłopiec dziewczynka syn córka córki rękę ręka dłoń palec palce kciuk ramię nogę noga stopę twarz oko oczy głowę skórę usta ząb zęby ktoś klient klientka pracownik kobieta mężczyzna osoba ona on nas się',
  },
  pt: {
    alone:
      'ferid* ferimento* lesão lesões lesion* magoou* machuc* sangr* hospital* ambulância urgências queimadura* eletrocut* sufoc* engasg* intoxic* envenen* faleceu morreu morte morto morta fratura* inconsciente',
    harm: 'cortou cortado cortada queimou queimado queimada entalou esmagou arranhou partiu caiu engoliu sangue doente',
    whom: 'criança crianças filho filha bebé bebê mão mãos dedo dedos polegar braço perna pé cara olho olhos cabeça pele boca dente dentes alguém cliente colega empregado empregada mulher homem pessoa ela ele nos se',
  },
  sv: {
    alone:
      'skadad* skadades skadat personskad* blöder blödde blödning sjukhus* ambulans brännskad* bränt brände elchock kvävd* förgift* avliden avled död döda medvetslös* hjärnskakning benbrott',
    harm: 'skar skurit klämde klämt rispade bröt brutit föll ramlade svalde blod sjuk dog',
    whom: 'barn barnet bebis pojke flicka son dotter hand handen händer finger fingret fingrar tumme arm ben fot ansikte öga ögon huvud hud mun tand tänder någon kund kollega anställd kvinna man person hon han oss sig jag',
  },
  ar: {
    alone:
      'إصابة اصابة أصيب أصيبت اصيب اصيبت جرح جرحت جروح مجروح نزيف نزف ينزف مستشفى المستشفى إسعاف حرق حروق صعق اختناق اختنق تسمم توفي توفيت وفاة مات ماتت كسر',
    harm: 'قطع قطعت احترق احترقت سقط سقطت ابتلع ابتلعت دم مريض مريضة',
    whom: 'طفل طفلة الطفل الطفلة أطفال رضيع ابن ابنة ابني ابنتي يد يدها يده إصبع إصبعها إصبعه ذراع ساق قدم وجه عين رأس جلد فم سن شخص عميل زبون موظف امرأة رجل',
  },
};

/** What ends a sentence. */
const SENTENCE = /[.!?؟\n;]+/u;
const NO_LETTER = /[^\p{L}\p{M}\p{N}'’&-]+/u;

type Known = { whole: Set<string>; beginnings: string[] };
const KNOWN = Object.values(LANGUAGES).map(({ alone, harm, whom }) => ({
  alone: known(alone),
  harm: known(harm),
  whom: known(whom),
}));

/**
 * Whether a text speaks of somebody who is hurt. It is there so that nobody's mail waits: a person reads what it finds, so it
 * rather finds too much. Who writes that nobody was hurt is read too.
 */
export function speaksOfInjury(text: string): boolean {
  return text
    .toLowerCase()
    .split(SENTENCE)
    .some((sentence) => {
      const words = sentence.split(NO_LETTER).map((word) => word.replaceAll('’', "'"));
      return KNOWN.some(({ alone, harm, whom }) => holds(words, alone) || (holds(words, harm) && holds(words, whom)));
    });
}

function known(words: string): Known {
  const all = words.split(' ');
  return {
    whole: new Set(all.filter((word) => !word.endsWith('*'))),
    beginnings: all.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1)),
  };
}

function holds(words: string[], { whole, beginnings }: Known): boolean {
  return words.some((word) => whole.has(word) || beginnings.some((beginning) => word.startsWith(beginning)));
}
