import { letterBlocks } from '../../documents/letter-blocks.js';
import { readPostal } from '../../engine/postal-address.js';
import { mayPost } from '../egress.js';
import type { ChannelContract } from './contract.js';

/**
 * Notices as letters. Nothing goes on a wire: whoever is handed one is in the next batch (activities/letters.ts), which a
 * person takes to the print shop, and both what left and what came back are told us in files.
 */
export const letter: ChannelContract = {
  wire: null,
  needs: ['LETTER_SENDER'],
  wrongAddress: (address) =>
    readPostal(address) === null ? 'expected a postal address with street, town and country' : null,
  render({ notice, template, data }) {
    // What cannot be set is found here, for this recipient alone, and not with the batch.
    letterBlocks(template, notice.noticeLanguage, data);
    const address = readPostal(notice.address);
    if (address === null) throw new Error('this is no postal address');
    return async (_wires, recall) => ({ outcome: mayPost(recall, address) ? 'handed' : 'egress-refused' });
  },
  readReport: () => 'nothing',
};
