/** The most that Twilio takes as one text message, less the key at its end. */
export const SMS_ANSWER_LENGTH_MAX = 1_500;

const ANSWERS = /^(?:re|aw|sv|antw|odp|ynt|r)\s*:/i;
const EXERCISE = 'DRILL. This is an exercise. Nothing of it concerns a real product.';

/** What a person of the firm answers somebody, as a mail: their words alone, under the subject that was written to us. */
export function postAnswerMail(
  asked: { subject: string },
  text: string,
  drill: boolean,
): { subject: string; text: string } {
  const subject = asked.subject.replaceAll(/\s+/g, ' ').trim() || 'Your message';
  const answers = ANSWERS.test(subject) ? subject : `Re: ${subject}`;
  return drill
    ? { subject: `DRILL ${answers}`, text: `${EXERCISE}\n\n${text}\n\n${EXERCISE}` }
    : { subject: answers, text };
}

/** The same as a text message, with its key at the end. */
export function postAnswerText(text: string, ending: string, drill: boolean): string {
  const words = text.replaceAll(/\s+/g, ' ').trim();
  return `${drill ? 'DRILL ' : ''}${words}${ending}`;
}
