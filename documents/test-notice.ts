import type { MailBrand } from './brand.js';
import type { CaseTexts } from './notice-data.js';
import { renderDocumentMail, type NoticeDocument } from './notice-documents.js';
import type { NoticeMails } from './notice-mail.js';
import { noticeParts, type RenderedMail } from './notices.js';

const MARK = 'TEST';
const SAID =
  'TEST. Somebody tries how a notice reads. No product is recalled; names, numbers and links in it are invented. Nothing has to be done.';

/** A notice as a mail of this brand that says in subject and body that it is a test. Its link leads nowhere and cannot be followed. */
export async function renderTest(
  document: NoticeDocument,
  caseFile: CaseTexts,
  brand: MailBrand,
  picture: Buffer | null,
): Promise<RenderedMail & Pick<NoticeMails, 'pictures'>> {
  const { subject, text } = noticeParts(document.text);
  const marked = `${MARK} ${subject}\n---\n> ${SAID}\n\n${text.trimEnd()}\n\n> ${SAID}\n`;
  const mail = await renderDocumentMail({ ...document, text: marked }, caseFile, brand, picture);
  return { ...mail, html: mail.html.replace(/\shref="https?:[^"]*"/g, '') };
}
