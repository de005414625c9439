import { nearest } from '../engine/nearest.js';
import { plain } from './columns.js';

/** What columns are called in exports of ERP systems, shops and spreadsheets, by what they are; the likeliest name first. */
const SALES = {
  invoice:
    'invoice invoice-no invoice-number invoice-id invoice-nr document document-no document-number doc-no doc voucher belegnr belegnummer beleg rechnung rechnungsnr rechnungsnummer rechnung-nr facture no-facture numero-facture n°-facture factura num-factura fattura numero-fattura factuur factuurnummer fakturanr faktura billing-document delivery-note lieferschein lieferscheinnr',
  order:
    'order order-no order-number order-id auftrag auftragsnr auftragsnummer bestellung bestellnr commande pedido ordine',
  item: 'item item-no item-number item-code item-id sku stock-code article article-no article-number artikel artikelnr artikelnummer artikel-nr material materialnr materialnummer material-number product product-code product-id product-no gtin ean ean-code upc barcode code-article référence reference articulo artículo código articolo codice codice-articolo artikelcode varenr',
  quantity:
    'quantity qty qty-shipped quantity-shipped menge anzahl stück stueck stückzahl quantité quantite qté cantidad quantità quantita aantal pieces units antal ilość',
  soldAt:
    'date sold-at invoice-date sale-date sales-date sold posting-date document-date ship-date shipped delivery-date datum belegdatum rechnungsdatum buchungsdatum lieferdatum date-facture date-de-facture fecha data data-fattura factuurdatum dato',
  customer:
    'customer customer-id customer-no customer-number customer-code account account-no kunde kundennr kundennummer kunden-nr debitor debitornr debitor-nr sold-to sold-to-party ship-to ship-to-party client code-client n°-client no-client cliente codice-cliente klant klantnr klantnummer consignee buyer kundenr',
  description:
    'description text name product-name item-name item-description material-description bezeichnung artikelbezeichnung warenbezeichnung artikeltext désignation designation libellé libelle descripcion descripción descrizione omschrijving',
  unitPrice:
    'unit-price price net-price preis einzelpreis stückpreis verkaufspreis vk-preis vk prix prix-unitaire pu precio precio-unitario prezzo prijs pris',
  country:
    'country country-code ship-to-country country-key land landkz land-kz lkz länderkennzeichen pays país pais paese market',
  postcode:
    'postcode post-code postal-code zip zip-code ship-to-postcode ship-to-postal-code delivery-postcode plz postleitzahl code-postal cp código-postal codigo-postal cap codice-postale codice-avviamento-postale postnummer',
  lot: 'lot lot-no lot-number batch batch-no batch-number charge chargennr chargennummer chargen-nr los losnr losnummer lote lotto partij n°-lot',
  serial:
    'serial serial-no serial-number sn seriennr seriennummer serien-nr numéro-de-série numero-serie numero-de-serie serienummer',
  unit: 'unit uom unit-of-measure einheit mengeneinheit me unité unite unidad unità eenheid',
  pack: 'pack pack-size units-per-pack verpackungseinheit vpe',
  creditType:
    'type document-type doc-type billing-type transaction-type belegart vorgangsart buchungsart art tipo type-document',
};
const CONTACTS = {
  code: 'code customer customer-id customer-no customer-number customer-code account account-no kunde kundennr kundennummer kunden-nr debitor debitornr debitor-nr client code-client cliente klantnr',
  name: 'name company company-name customer-name firma firmenname name1 name-1 kundenname nom société societe raison-sociale nombre razon-social nome ragione-sociale naam bedrijf',
  customerType:
    'customer-type type segment customer-group kundenart kundentyp kundengruppe branche typ type-client tipo',
  language: 'language language-code lang sprache sprachcode sprachschlüssel langue idioma lingua taal',
  email:
    'email e-mail mail email-address e-mail-address e-mail-adresse emailadresse mailadresse courriel correo correo-electronico',
  phone:
    'phone telephone phone-number tel telefon telefonnr telefonnummer téléphone telefono teléfono telefoon mobile mobil handy',
  webhook: 'webhook webhook-url',
  criticality: 'criticality critical-site kritikalität criticité criticidad criticità',
  role: 'role contact-role ansprechpartner-rolle kontaktrolle',
  doNotContact: 'do-not-contact no-contact opt-out kontaktsperre werbesperre',
  country: SALES.country,
  address:
    'address address1 address-1 address-line-1 street street-address strasse straße anschrift adresse adresse1 rue calle direccion dirección via indirizzo straat adres ulica rua morada gata gatuadress العنوان',
  address2:
    'address2 address-2 address-line-2 street2 adresszusatz zusatz adresse2 complément complement direccion2 indirizzo2',
  address3: 'address3 address-3 address-line-3 street3 adresse3',
  postcode: SALES.postcode,
  town: 'town city ort stadt wohnort ville ciudad población poblacion città citta comune plaats stad miasto cidade localidade postort ship-to-city',
};
export type SalesField = keyof typeof SALES;
export type ContactsField = keyof typeof CONTACTS;

/** Fewer letters are near to everything. */
const NEAR_LENGTH_MIN = 5;

/** Which column of a header each field is by its name, each column for one field at most. */
export function fieldsByName(header: string[], kind: 'sales'): Partial<Record<SalesField, number>>;
export function fieldsByName(header: string[], kind: 'contacts'): Partial<Record<ContactsField, number>>;
export function fieldsByName(header: string[], kind: 'sales' | 'contacts'): Record<string, number> {
  const given = header.map((name) => bare(name));
  const taken = new Set<number>();
  const found: Record<string, number> = {};
  for (const [field, names] of Object.entries(kind === 'sales' ? SALES : CONTACTS)) {
    const index = [field, ...names.split(' ')]
      .map((name) => given.findIndex((one, at) => one === bare(name) && !taken.has(at)))
      .find((at) => at >= 0);
    if (index === undefined) continue;
    found[field] = index;
    taken.add(index);
  }
  return found;
}

/**
 * Which of the fields a column may be meant for, by another name of it, a slip of a letter or two, its beginning, or the
 * first letters of its words: adress, critical, dnc. Null where it is near to none.
 */
export function nearField<Field extends SalesField | ContactsField>(
  name: string,
  kind: 'sales' | 'contacts',
  fields: Field[],
): Field | null {
  const given = bare(name);
  const names: Record<string, string> = kind === 'sales' ? SALES : CONTACTS;
  const byName = new Map<string, Field>();
  const initials = new Map<string, Field>();
  for (const field of fields)
    for (const one of [field, ...names[field]!.split(' ')]) {
      if (!byName.has(bare(one))) byName.set(bare(one), field);
      const words = one.split('-');
      if (words.length >= 3) initials.set(words.map((word) => word[0]).join(''), field);
    }
  const known = [...byName.keys()];
  const exact = byName.get(given) ?? initials.get(given);
  if (exact !== undefined) return exact;
  if (given.length < NEAR_LENGTH_MIN) return null;
  const begun = known.find((one) => one.startsWith(given));
  const slipped = nearest(given, known, Math.floor(given.length / 5));
  return byName.get(begun ?? slipped ?? '') ?? null;
}

/** A name without the marks that say nothing: Kunden-Nr. is kundennr. */
function bare(name: string): string {
  return plain(name).replace(/[^\p{L}\p{N}]/gu, '');
}
