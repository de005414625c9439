import { describe, expect, it } from '@jest/globals';
import { checked, CONTACTS_HEADER, contactsMapping, contactsText } from './import-files.js';

const read = (...lines: string[]) => checked(contactsMapping(), contactsText(...lines));

describe('a file of contacts', () => {
  it('is taken as Excel writes it in Germany, with its delimiter told', async () => {
    const text = `\ufeff${contactsText('9001,Bäckerei Süß,retail,de,bestellung@suess.example,+4930000000')}`.replaceAll(
      ',',
      ';',
    );
    expect(await checked(contactsMapping(), text)).toMatchObject({
      rows: 1,
      taken: 1,
      errors: [],
      written: { delimiter: ';' },
      first: [{ code: '9001', name: 'Bäckerei Süß', phone: '+4930000000' }],
    });
  });

  it('has columns that nobody reads: they are named, each beside the column that it may be meant for', async () => {
    const header = `${CONTACTS_HEADER},dnc,critical,adress,e,Umsatz`;
    const found = await checked(contactsMapping(), `${header}\n1,A,retail,en,,,all,school,Street 1,,9\n`);
    expect(found).toMatchObject({ taken: 1, warningCount: 1 });
    expect(found.warnings).toEqual([
      {
        line: 1,
        column: 'dnc',
        message:
          'not read: dnc (is it do-not-contact?), critical (is it criticality?), adress (is it address?), e, Umsatz',
      },
    ]);
    // A column that stands there already is not meant twice, and a mapping names its own fields.
    const both = await checked(contactsMapping(), `${CONTACTS_HEADER},address,adress\n1,A,retail,en,,,,\n`);
    expect(both.warnings[0]!.message).not.toContain('is it address?');
    const document = 'mapping: crm\nkind: contacts\ncolumns: { code: Nr }\n';
    const mapped = await checked(
      contactsMapping(document),
      'Nr,name,customerType,language,opt-out\n1,A,retail,en,all\n',
    );
    expect(mapped.warnings.map(({ message }) => message)).toEqual(['not read: opt-out (is it doNotContact?)']);
  });

  it('is refused for a code that stands twice, with both places', async () => {
    const found = await read('1,A,retail,en,,', '2,B,retail,en,,', '1,C,retail,en,,');
    expect(found.errors.map(({ line, column, value }) => [line, column, value])).toEqual([
      [2, 'code', '1'],
      [4, 'code', '1'],
    ]);
    expect(found.taken).toBe(0);
  });

  it('has several contacts of a customer by their roles, and says of each that stands twice where', async () => {
    const header = `${CONTACTS_HEADER},role\n`;
    const found = await checked(
      contactsMapping(),
      `${header}1,A,retail,en,a@a.example,,\n1,A,retail,en,s@a.example,,Safety\n1,A,retail,en,x@a.example,,site\n1,A,retail,en,y@a.example,,site\n`,
    );
    expect(found).toMatchObject({ errors: [], taken: 4, counts: { safetyContacts: 1, siteContacts: 2 } });
    expect(found.first).toMatchObject([{ role: 'main' }, { role: 'safety' }, { role: 'site' }, { role: 'site' }]);

    const twice = await checked(
      contactsMapping(),
      `${header}1,A,retail,en,a@a.example,,\n1,A,retail,en,x@a.example,,site\n1,A,retail,de,X@A.example,,site\n1,A,retail,en,b@a.example,,main\n2,B,retail,en,,0123,site\n2,B,retail,en,,0123,site\n`,
    );
    expect(twice.errors.map(({ line, column, value }) => [line, column, value])).toEqual([
      [3, 'role', '1'],
      [4, 'role', '1'],
      [2, 'code', '1'],
      [5, 'code', '1'],
      [6, 'role', '2'],
      [7, 'role', '2'],
    ]);
    expect(twice.errors[0]!.message).toBe('the code "1" has a site contact with the same address in line 4');
    expect((await checked(contactsMapping(), `${header}1,A,retail,en,,,boss\n`)).errors).toMatchObject([
      { line: 2, column: 'role', value: 'boss', expected: expect.stringContaining('main, safety, site') },
    ]);

    const document = `mapping: crm
kind: contacts
columns: { role: Funktion }
roles: { Sicherheitsbeauftragte: safety }
`;
    const mapped = await checked(
      contactsMapping(document),
      `${CONTACTS_HEADER},Funktion\n1,A,retail,de,,,Sicherheitsbeauftragte\n`,
    );
    expect(mapped).toMatchObject({ errors: [], first: [{ role: 'safety' }] });
    const constant = `mapping: crm\nkind: contacts\nconstants: { role: site }\n`;
    const sites = await checked(
      contactsMapping(constant),
      contactsText('1,A,retail,de,a@a.example,', '1,A,retail,de,b@a.example,'),
    );
    expect(sites).toMatchObject({ errors: [], first: [{ role: 'site' }, { role: 'site' }] });
  });

  it('counts lines as an editor does, behind line feeds in quotes', async () => {
    const found = await read('1,"Shop\nSecond\nThird",retail,en,,', '2,Bad,retail,en,not-an-address,');
    expect(found).toMatchObject({
      rows: 2,
      taken: 1,
      errors: [],
      setAside: [{ line: 5, column: 'email', value: 'not-an-address' }],
    });
    expect(found.first[1]).toMatchObject({ code: '2', email: null });
  });

  it('says which customers are critical places, by our words or by those of its mapping, and no other word goes through', async () => {
    const header = `${CONTACTS_HEADER},criticality\n`;
    const found = await checked(
      contactsMapping(),
      `${header}1,A,retail,en,,,School\n2,B,retail,en,,,\n3,C,retail,en,,,none\n`,
    );
    expect(found).toMatchObject({ taken: 3, counts: { critical: 1 } });
    expect(found.first).toMatchObject([{ criticality: 'school' }, { criticality: null }, { criticality: null }]);
    expect((await checked(contactsMapping(), `${header}1,A,retail,en,,,Schule\n`)).errors).toMatchObject([
      { line: 2, column: 'criticality', value: 'Schule', expected: expect.stringContaining('care-home') },
    ]);
    const document = `mapping: crm
kind: contacts
columns: { criticality: customerType }
criticalities: { Schule: school, Handel: none }
`;
    const mapped = await checked(contactsMapping(document), contactsText('1,A,Schule,de,,', '2,B,Handel,de,,'));
    expect(mapped).toMatchObject({ errors: [], counts: { critical: 1 } });
  });

  it('says who wants not to be contacted, by channel or at all', async () => {
    const header = `${CONTACTS_HEADER},do-not-contact\n`;
    const found = await checked(
      contactsMapping(),
      `${header}1,A,retail,en,,,all\n2,B,retail,en,,,SMS; email\n3,C,retail,en,,,none\n4,D,retail,en,,,\n`,
    );
    expect(found).toMatchObject({ taken: 4, counts: { doNotContact: 2 } });
    expect(found.first.map((one) => 'doNotContact' in one && one.doNotContact)).toEqual([
      'all',
      ['email', 'sms'],
      [],
      [],
    ]);
    expect((await checked(contactsMapping(), `${header}1,A,retail,en,,,fax\n`)).errors).toMatchObject([
      { line: 2, column: 'do-not-contact', value: 'fax', expected: expect.stringContaining('all, none, or channels') },
    ]);
  });

  it('is trimmed, and the same with its names in markup', async () => {
    const found = await read('1,Tea <b>House</b> {{ units }},retail,en,tea@house.example ,');
    expect(found.first).toMatchObject([{ email: 'tea@house.example', name: 'Tea <b>House</b> {{ units }}' }]);
  });

  it('names the column that it lacks, and the one that stands twice', async () => {
    expect((await checked(contactsMapping(), 'code,name,language,email,phone\n')).errors).toMatchObject([
      { line: 1, column: 'customerType' },
    ]);
    expect((await checked(contactsMapping(), `${CONTACTS_HEADER},email\n`)).errors).toMatchObject([
      { line: 1, column: 'email' },
    ]);
  });

  it('is refused for numbers that a spreadsheet destroyed, and keeps words for a person', async () => {
    const found = await read('1,Sci,retail,en,,4.41633E+11', '2,Words,retail,en,,ask reception');
    expect(found.errors).toMatchObject([{ line: 2, column: 'phone', value: '4.41633E+11' }]);
    expect(found.warnings).toMatchObject([{ line: 3, column: 'phone' }]);
    const computed = await read('#REF!,#NAME?,retail,en,,#N/A');
    expect(computed.errors.map(({ column, value }) => [column, value])).toEqual([
      ['code', '#REF!'],
      ['name', '#NAME?'],
      ['phone', '#N/A'],
    ]);
  });

  it('has postal addresses, and says of each that is none what it lacks, and of which column', async () => {
    const header = `${CONTACTS_HEADER},address,address2,postcode,town,country`;
    const file = (...lines: string[]): string =>
      [
        header,
        ...lines.map((line) => `${line.split(',')[0]},A,retail,en,,,${line.split(',').slice(1).join(',')}`),
        '',
      ].join('\n');
    const found = await checked(
      contactsMapping(),
      file(
        '1,1 High Street,Unit 4,SW1A 1AA,London,GB',
        '2,,,,,GB',
        '3,Hauptstr. 1,,1011,Berlin,DE',
        '4,Rue 1,,75001,,FR',
        '5,,,28001,Madrid,ES',
        '6,Via 1,,,Roma,',
      ),
    );
    expect(found.errors).toEqual([]);
    expect(found.counts.withPostalAddress).toBe(2);
    expect(found.first.map((one) => (one as { letter: string | null }).letter)).toEqual([
      '{"lines":["1 High Street","Unit 4"],"postcode":"SW1A 1AA","town":"London","country":"GB"}',
      null,
      '{"lines":["Hauptstr. 1"],"postcode":"1011","town":"Berlin","country":"DE"}',
      null,
      null,
    ]);
    expect(found.warnings.map(({ line, column, message }) => [line, column, message.split(';')[0]])).toEqual([
      [4, 'postcode', '"1011" is no postcode of DE'],
      [5, 'town', 'the address has no town'],
      [6, 'address', 'the address has a town or postcode and no street'],
      [7, 'country', 'the address names no country'],
    ]);
    const spoiled = await checked(contactsMapping(), file(`1,${'x'.repeat(81)},,#N/A,Bonn,DE`));
    expect(spoiled.errors.map(({ line, column }) => [line, column])).toEqual([
      [2, 'address'],
      [2, 'postcode'],
    ]);
  });

  it('is read by a mapping: other names, the same for all, and telephones by the country of each', async () => {
    const document = `mapping: crm
kind: contacts
columns: { code: Kundennr., name: Firma, email: E-Mail, phone: Tel, country: Land }
constants: { customerType: retail, language: de }
`;
    const text = 'Kundennr.;Firma;E-Mail;Tel;Land\n1;A;a@a.example;030 123456;Deutschland\n2;B;;01632 960010;GB\n';
    const found = await checked(contactsMapping(document), text);
    expect(found.errors).toEqual([]);
    expect(found.first).toMatchObject([
      { code: '1', language: 'de', customerType: 'retail', phone: '+4930123456' },
      { code: '2', phone: '+441632960010' },
    ]);
  });
});
