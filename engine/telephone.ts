/** A telephone number in international form, of at most fifteen digits (ITU-T E.164, 6.2.1). */
export const E164 = /^\+[1-9]\d{6,14}$/;
