/** The verbs that are spoken in drills, with those of their attributes that something is done about. */
const VERBS: Record<string, readonly string[]> = {
  Say: ['language', 'voice', 'loop'],
  Play: ['loop', 'digits'],
  Pause: ['length'],
  Gather: ['input', 'action', 'method', 'numDigits', 'finishOnKey', 'timeout', 'actionOnEmptyResult', 'language'],
  Redirect: ['method'],
  Hangup: [],
};
const NUMBERS = ['loop', 'length', 'numDigits', 'timeout'];
/** What can stand inside a <Gather>. */
export const SAID: ReadonlySet<string> = new Set(['Say', 'Play', 'Pause']);

/** What is wrong with a verb, as Twilio's debugger would warn of it. */
export function wrongWithVerb({ name, attributes }: { name: string; attributes: Record<string, string> }): string[] {
  const known = VERBS[name];
  if (known === undefined) return [`12200: <${name}> is not spoken in drills`];
  const wrong = Object.entries(attributes)
    .filter(([key, text]) => !known.includes(key) || (NUMBERS.includes(key) && !/^\d{1,4}$/.test(text)))
    .map(([key, text]) => `12200: ${key}="${text}" of <${name}>`);
  return wrong;
}
