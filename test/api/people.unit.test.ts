import { describe, expect, it } from '@jest/globals';
import { speaksOfInjury } from '../../api/inbound/injury-words.js';
import { encoded, mailOf, read } from './mail-of.js';

const KEPT = 'We have taken the three pieces off the shelf and keep them for you.';
const HURT = 'My child was hurt by the hinge yesterday.';

async function kindOf(raw: string): Promise<string> {
  return (await read(raw)).verdict.kind;
}

describe("a person's mail is a person's", () => {
  it.each([
    'Noreply Nora <nora@shop.example>',
    '"Daemon Jones" <daemon.jones@shop.example>',
    'Daemon Jones <postmaster-lover@shop.example>',
    'Mailer Ltd <mailer@printers.example>',
    'Ann Smith (Bounce Ltd) <ann@bounce.example>',
    'Ann <ann@mailer-daemon.example>',
    'Mail Delivery Subsidiary <desk@parcels.example>',
    'Bouncer <jim.bouncer@club.example>',
    'Bounce House Rentals <bounce@bouncehouse.example>',
    'Shop <webadmin@shop.example>',
    'Undeliverables Desk <undeliverables@post.example>',
    'Interscan Radiology <info@interscan.example>',
    'Postmaster <postmaster@smallshop.example>',
    'System Administrator <it@shop.example>',
    'Root Vegetables <root@farm.example>',
  ])('whatever the sender is called: %s', async (from) => {
    expect(await kindOf(mailOf(from, 'Re: Safety recall', KEPT))).toBe('person');
    expect(await kindOf(mailOf(from, 'Safety recall', KEPT))).toBe('person');
    expect(await kindOf(mailOf(from, 'Your letter', HURT))).toBe('person');
  });

  it.each([
    ['Automatically closing door hurt my child', 'It happened yesterday.'],
    ['Automatic reply system in your heater', 'It talks to my phone. Is that safe?'],
    ['Away from home my child was hurt', 'Please call me.'],
    ['Absent-minded packing', 'The parcel that you sent us was empty.'],
    ['Absent parts', 'Two screws are not there.'],
    ['Out of office furniture, which one is recalled', 'We have nine chairs from you.'],
    ['Vacation home heater', 'We have your heater in our vacation home.'],
    ['Auto: mein Kindersitz', 'Der Sitz ist aus Ihrem Katalog.'],
    ['Abwesend war ich, als Ihr Brief kam', 'Was soll ich tun?'],
    ['Absence de notice dans la boîte', 'Il manque la notice.'],
    ['Ferie e richiamo', 'Dove porto il prodotto?'],
    ['Urlaub', 'Wir hatten den Heizer im Urlaub mit.'],
    ['Read: your recall letter', 'I have read it and will bring the heater to the shop.'],
    ['休假时买的产品', '我在休假时买了这个产品，怎么退货？'],
    ['Отпуск', 'Мы купили товар до отпуска.'],
    ['Ticket to the museum', 'We got your mail and have no heater.'],
    ['Re: Automatic reply: Safety recall', 'Thank you. We keep two of them and wait for your driver.'],
    ['Automatic shut-off does not work', 'The shut-off failed. This is an automated feature I paid for.'],
    ['Re: Safety recall', 'Your mail says "please do not reply to this email", so I write to you again.'],
    ['Re: Safety recall (case 48213)', 'We have received your message. Nobody here has such a heater.'],
    ['In ferie', 'Siamo in ferie e la stufa è accesa a casa di mia madre.'],
    ['On holiday with your heater', 'I am on holiday. The heater in the flat looks like the one in your letter.'],
    ['AW: Abwesenheitsnotiz', 'Danke. Zwei Geräte stehen noch bei mir, wer holt sie ab?'],
  ])('whatever its subject begins with: %s', async (subject, text) => {
    expect(await kindOf(mailOf('Ann <ann@shop.example>', encoded(subject), text))).toBe('person');
  });

  it.each([
    'I was out of the office when your letter came. We have 3 units.',
    'I am out of the office until Monday, but we still have two units. Can your driver come on Tuesday?',
    'I am on holiday until Friday and will send the heater back then; I bought it in May.',
    'The heater stood out of office hours in the hall and was still hot.',
    'Das Gerät stand im Urlaub in der Garage, bis wir es bemerkt haben.',
    'Ich bin bis Montag nicht im Büro, habe aber noch zwei Stück im Lager.',
    'Nous étions en vacances quand la lettre est arrivée, jusqu’au 3 mars.',
    'Estoy de vacaciones hasta el lunes. ¿Puedo devolver el aparato después?',
    'Sono in ferie fino a lunedì, ma il prodotto è ancora in negozio.',
    'Jestem na urlopie do poniedziałku, a towar jest w sklepie.',
    'The radiator no longer works for us since your letter, until now nobody called back.',
    'I am away until Tuesday but my neighbour has the heater.',
    'I am on leave until Monday. My daughter has used it every day.',
    'Ich bin ab morgen im Urlaub. Der Fahrer kann bis 18 Uhr kommen, die Nachbarin hat den Schlüssel.',
    'Je suis en congé jusqu’à lundi. Mon collègue Paul peut vous remettre les radiateurs.',
    'Estoy fuera de la oficina hasta el jueves, mi marido tiene la estufa y la llevará a la tienda.',
    'Sono assente fino a venerdì e la stufa resta accesa da mia madre.',
    'Ik ben niet op kantoor tot vrijdag. De kachels staan klaar.',
    'Jestem na urlopie do piątku. Grzejnik stoi u sąsiada, proszę o telefon.',
    'Estou de férias até sexta e o aquecedor ficou em casa dos meus pais.',
    'Jag är på semester till fredag. Grannen har elementet och kan lämna det.',
    'أنا خارج المكتب حتى الأحد، والمدفأة عند أخي.',
    '我在休假期间用了你们的取暖器，孩子的手被烫伤了，到现在还疼。',
    'Я в отпуске до марта, но обогреватель дома.',
    'Tatildeyim ama ısıtıcı evde, cumaya kadar bekleyin.',
  ])('whatever its text says of being away: %s', async (text) => {
    expect(await kindOf(mailOf('Ann <ann@shop.example>', 'Re: Safety recall', text))).toBe('person');
  });

  it('or waits for a person who says whose it is, where programs write under the same name', async () => {
    expect(await kindOf(mailOf('postmaster@shop.example', 'Digest', 'Three mails are held.'))).toBe('unknown');
    expect(await kindOf(mailOf('postmaster@shop.example', 'Re: Safety recall', 'All is done.'))).toBe('person');
  });

  it('also from under the names of programs, where it speaks of an injury or came from a form', async () => {
    expect(await kindOf(mailOf('Shop <noreply@shop.example>', 'Safety recall', HURT))).toBe('person');
    const form = 'Name: Ann Smith\nE-mail: ann@home.example\nMessage: I bought the heater in May. Where do I bring it?';
    expect(await kindOf(mailOf('Website <no-reply@shop.example>', 'Contact form', form))).toBe('person');
    const answered = ['Reply-To: Ann <ann@home.example>'];
    const asked = 'I bought the heater in May. Where do I bring it?';
    expect(await kindOf(mailOf('Website <no-reply@shop.example>', 'Contact form', asked, answered))).toBe('person');
    expect(await kindOf(mailOf('Shop <no-reply@shop.example>', 'Your order', 'Your order is on its way.'))).toBe(
      'automatic',
    );
  });

  it.each([
    [
      'an answer of a list',
      ['Precedence: list', 'List-Post: <mailto:desk@shop.example>', 'In-Reply-To: <a@b.example>'],
    ],
    ['an answer of a group', ['Precedence: list', 'Mailing-list: list desk@shop.example', 'X-Google-Group-Id: 1']],
    [
      'an answer of an old list',
      ['Precedence: bulk', 'X-BeenThere: desk@shop.example', 'List-Unsubscribe: <mailto:x@y.example>'],
    ],
  ])('where it came by a list: %s', async (_what, headers) => {
    expect(
      await kindOf(mailOf('Ann <ann@shop.example>', 'Re: Safety recall', 'All ours are locked away.', headers)),
    ).toBe('person');
  });

  it.each([
    [['Precedence: bulk']],
    [['Precedence: list']],
    [['List-Unsubscribe: <mailto:leave@list.example>']],
    [['X-MS-Exchange-Inbox-Rules-Loop: desk@shop.example']],
    [['Precedence: list', 'List-Id: <desk.shop.example>', 'List-Unsubscribe: <mailto:leave@list.example>']],
  ])('with words of an injury, whatever lists write: %j', async (headers) => {
    const mail = await read(mailOf('Ann <ann@shop.example>', 'Hinge', HURT, headers));
    expect(mail.verdict.kind).toBe('person');
    expect(speaksOfInjury(mail.said)).toBe(true);
    const other = await read(mailOf('Ann <ann@shop.example>', 'News', 'Our new catalogue is here.', headers));
    expect(other.verdict.kind).toBe('automatic');
  });

  it.each([
    ['its header', 'Auto-Submitted: auto-replied', 'automatic'],
    ['a name for it', 'X-Autoreply: yes', 'automatic'],
    ['its subject', 'X-Other: 1', 'person'],
  ])('yields to words of an injury unless %s says for certain that it is automatic', async (_what, header, kind) => {
    expect(await kindOf(mailOf('ann@shop.example', 'Automatic reply: Hinge', HURT, [header]))).toBe(kind);
  });

  it('that only quotes our words of an injury says none', async () => {
    const text =
      'We have received your request (#48213), which is being reviewed.\n\n> A child may be hurt by the hinge.';
    expect(await kindOf(mailOf('help@shop.example', 'Re: Safety recall', text))).toBe('automatic');
  });
});
