/** A root as its mail tells it. */
export type MailedRoot = {
  n: number;
  hour: string;
  hash: string;
  chains: { recall: string; link: number; hash: string }[];
};

/** The mail that brings an auditor the roots of a day. What it says cannot be taken back by whoever has the database. */
export function rootsMail(day: string, key: string, roots: MailedRoot[]): { subject: string; text: string } {
  const lines = roots.flatMap(({ n, hour, hash, chains }) => [
    `Root ${n} of ${hour}`,
    `  hash ${hash}`,
    ...chains.map((chain) => `  ${chain.recall}, link ${chain.link}: ${chain.hash}`),
    '',
  ]);
  const text = [
    `These are the signed roots of ${day} (UTC): what each recall's ledger was when it was signed. Keep this mail.`,
    'Numbers of roots go up by one from mail to mail; a number that is missing is a root that was kept from you.',
    '',
    ...lines,
    `Signed with the key ${key}.`,
    '',
    'To hold a ledger against a line above, with the public key that you were given:',
    '  recall ledger export RECALL --out ledger.jsonl',
    '  recall ledger verify ledger.jsonl --key PUBLICKEY --expect HASH',
    '',
  ].join('\n');
  return { subject: `Signed roots of ${day}`, text };
}
