import saxes from 'saxes';

export type Verb = { name: string; attributes: Record<string, string>; children: (Verb | string)[] };

/** What Twilio's debugger would say of an answer. */
export class TwimlError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const XML_TYPES = new Set(['text/xml', 'application/xml']);

/** The verbs of an answer, or the reason why it is no TwiML. */
export function readTwiml({ status, type, text }: { status: number; type: string; text: string }): Verb[] {
  if (status >= 300 || status < 200) throw new TwimlError(11200, `answered with status ${status}`);
  if (text === '') return [];
  if (!XML_TYPES.has(type)) throw new TwimlError(12300, `an invalid Content-Type: ${type}`);
  const response = parse(text);
  if (response.name !== 'Response') throw new TwimlError(12100, `the document is a ${response.name} and no Response`);
  return response.children.filter((child): child is Verb => {
    if (typeof child === 'string' && child.trim() !== '')
      throw new TwimlError(12200, `a text outside of any verb: ${child}`);
    return typeof child !== 'string';
  });
}

/** The text inside a verb, whatever marks it up. */
export function textOf(verb: Verb): string {
  return verb.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

function parse(text: string): Verb {
  const parser = new saxes.SaxesParser();
  const root: Verb = { name: '', attributes: {}, children: [] };
  const open = [root];
  const keep = (words: string): void => void open.at(-1)!.children.push(words);
  parser.on('error', (error) => {
    throw new TwimlError(12100, `a document that is not well formed: ${error.message}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const verb: Verb = { name, attributes: { ...attributes }, children: [] };
    open.at(-1)!.children.push(verb);
    open.push(verb);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', keep);
  parser.on('cdata', keep);
  parser.write(text).close();
  return root.children.find((child): child is Verb => typeof child !== 'string')!;
}
