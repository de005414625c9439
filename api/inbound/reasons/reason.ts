import { ADDRESS_PHRASES } from './address.js';
import { CONTENT_PHRASES } from './content.js';
import { SENDER_PHRASES } from './sender.js';
import { TRANSPORT_PHRASES } from './transport.js';

/** What servers say, by what they mean; a line each, in small letters. … stands for what is between two pieces. */
export const PHRASES = { ...ADDRESS_PHRASES, ...SENDER_PHRASES, ...CONTENT_PHRASES, ...TRANSPORT_PHRASES };

/** Why a message was not taken; `on hold` where nothing says why. */
export type Reason = keyof typeof PHRASES | 'on hold';
