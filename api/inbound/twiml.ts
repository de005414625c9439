import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Voice } from '../../documents/voice-words.js';

/** What a call does next, in the order of Twilio's verbs. Addresses are relative to the one that was asked. */
export type Spoken =
  | { do: 'say'; text: string }
  /** Says something, and waits for keys: one, or a number that ends with #. What is pressed is posted to `to`. */
  | { do: 'ask'; texts: string[]; keys: 'one' | 'number'; to: string }
  | { do: 'go'; to: string };

/** So long is waited for a key after the last word. */
const SILENCE_SECONDS = 7;
/** Digits of the largest number of units that can be typed. */
const NUMBER_DIGITS = 7;

/** What Twilio does in a call, one thing after the other, and then hangs up. */
export function twiml({ language, voice }: Voice, steps: Spoken[]): string {
  const response = new VoiceResponse();
  const tone = { language, ...(voice !== null && { voice }) } as Parameters<VoiceResponse['say']>[0];
  for (const step of steps) {
    switch (step.do) {
      case 'say':
        response.say(tone, step.text);
        break;
      case 'ask': {
        const one = { numDigits: step.keys === 'one' ? 1 : NUMBER_DIGITS, finishOnKey: step.keys === 'one' ? '' : '#' };
        const asked = response.gather({ ...one, action: step.to, method: 'POST', timeout: SILENCE_SECONDS });
        for (const text of step.texts) asked.say(tone as Parameters<typeof asked.say>[0], text);
        break;
      }
      case 'go':
        response.redirect({ method: 'POST' }, step.to);
        return response.toString();
      default:
        step satisfies never;
    }
  }
  response.hangup();
  return response.toString();
}
