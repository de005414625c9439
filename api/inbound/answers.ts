/** What programs put before a subject that they answer, or pass on, in small letters. */
const ANSWERS = [
  're',
  'aw',
  'sv',
  'vs',
  'antw',
  'odp',
  'rv',
  'ynt',
  'r',
  'fw',
  'fwd',
  'wg',
  'tr',
  'ref',
  'res',
  '回复',
  '答复',
  '回覆',
  'απ',
  'σχετ',
  'vá',
  'od',
];

/** A subject without what says that it answers another. */
export function withoutAnswers(subject: string): string {
  let said = subject;
  for (let colon = endOfAnswer(said); colon > 0; colon = endOfAnswer(said)) said = said.slice(colon).trimStart();
  return said;
}

/** Whether a subject says that it answers another, or passes it on. */
export function isAnswer(subject: string): boolean {
  return endOfAnswer(subject) > 0;
}

/** Where what says that a subject is an answer ends; 0 where it is none. Outlook of China writes a colon of its own. */
function endOfAnswer(subject: string): number {
  const colon = subject.search(/[:：]/);
  if (colon <= 0) return 0;
  const [word] = subject.slice(0, colon).split('[', 1);
  return ANSWERS.includes(word!.trim()) ? colon + 1 : 0;
}
