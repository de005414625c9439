import { callScript } from '../../documents/call-script.js';
import { mayTelephone } from '../../store/recalls.js';
import type { ChannelContract } from './contract.js';

/** What a person can dial: digits, however they are set, with whatever stands beside them. */
const DIGITS = /\d\D{0,3}\d\D{0,3}\d/;

/**
 * Notices that people say by telephone. Nothing goes on a wire: whoever is handed one stands on the call list (store/calls.ts)
 * until a caller has entered what became of it.
 */
export const call: ChannelContract = {
  wire: null,
  needs: [],
  wrongAddress: (address) => (DIGITS.test(address) ? null : 'expected a telephone number'),
  render({ notice, template, data }) {
    // What cannot be said is found before anybody is called.
    callScript(template, notice.noticeLanguage, data);
    const { address } = notice;
    return async (_wires, recall) => ({ outcome: mayTelephone(recall, address) ? 'handed' : 'egress-refused' });
  },
  readReport: () => 'nothing',
};
