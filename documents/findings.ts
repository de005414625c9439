import { FINDING_KINDS, findingTitle, type ReadFinding } from '../engine/finding.js';
import { localWords } from '../regulations/deadline.js';

/**
 * What was tested, the root cause and the corrective action, each with its instant and the hash of its evidence; what quality
 * has not attached is called not stated.
 */
export function findingsWords(findings: ReadFinding[], zone: string): string {
  return FINDING_KINDS.map((kind) => {
    const said = findings.filter((one) => one.kind === kind).map((one) => findingWords(one, zone));
    return `${findingTitle(kind)}: ${said.length === 0 ? 'not stated.' : said.join(' ')}`;
  }).join('\n');
}

function findingWords({ at, words, text, file }: ReadFinding, zone: string): string {
  const evidence = file === null ? '' : `; evidence ${file.name}, SHA-256 ${file.sha256}`;
  return `${words ?? `the words have been erased (salted hash ${text})`} (${localWords(at, zone)}${evidence})`;
}
