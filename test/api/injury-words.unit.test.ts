import { describe, expect, it } from '@jest/globals';
import { speaksOfInjury } from '../../api/inbound/injury-words.js';

describe('a mail speaks of somebody who is hurt', () => {
  it.each([
    ['en', 'A child cut her hand.'],
    ['en', 'One of our customers was injured yesterday'],
    ['en', 'My son’s finger was pinched in the hinge'],
    ['de', 'Wir haben 3 Stück & gesperrt – ein Kind hat sich geschnitten'],
    ['de', 'Eine Kundin wurde verletzt.'],
    ['de', 'Mein Kind ist tot.'],
    ['fr', "Un enfant s'est coupé la main."],
    ['fr', 'Notre client a été blessé'],
    ['es', 'Una niña se cortó la mano.'],
    ['es', 'Un cliente resultó herido'],
    ['it', 'Un bambino si è tagliato un dito'],
    ['it', 'Una cliente è rimasta ferita'],
    ['nl', 'Een kind heeft zich in de hand gesneden'],
    ['nl', 'Een klant raakte gewond'],
    ['pl', 'Dziecko skaleczyło się w rękę'],
    ['pl', 'Klient został zraniony'],
    ['pt', 'Uma criança cortou a mão'],
    ['pt', 'Um cliente ficou ferido'],
    ['sv', 'Ett barn skar sig i handen'],
    ['sv', 'En kund blev skadad'],
    ['sv', 'Barnet dog.'],
    ['ar', 'طفلة قطعت يدها'],
    ['ar', 'تعرض العميل إلى إصابة'],
  ])('in %s: %s', (_language, text) => expect(speaksOfInjury(text)).toBe(true));

  it.each([
    'We have sold all 12 of them and will cut the price.',
    'Please cut off the label. We have three pieces.',
    'Wir haben die Ware aus dem Regal genommen.',
    'Nous avons retiré les articles de la vente.',
    'Hemos retirado el producto.',
    'Abbiamo ritirato i prodotti dal negozio.',
    'Wij hebben geen exemplaren meer.',
    'Ik ben afwezig tot maandag.',
    'Our dog likes the heater.',
    'Nie mamy już tych produktów.',
    'Retirámos os produtos.',
    'Vi har tagit bort varorna ur hyllan.',
    'لقد سحبنا المنتج من الرف',
  ])('and does not here: %s', (text) => expect(speaksOfInjury(text)).toBe(false));
});
