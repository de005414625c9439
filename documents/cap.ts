import { createHash } from 'node:crypto';
import type { IsoInstant, Language, Market, RecallId } from '../engine/words.js';
import { marketName } from '../regulations/market-name.js';
import { renderNoticeText, type NoticeData } from './notices.js';
import { element, xmlText } from './xml.js';

/** One publication of a recall, as programs are alerted of it. */
export type Alerted = {
  recallId: RecallId;
  n: number;
  sentAt: IsoInstant;
  drill: boolean;
  markets: Market[];
  /** In each language the notice as it was approved. */
  notices: { language: Language; template: string; data: NoticeData }[];
  /** Of the product; null where its case has none. */
  picture: { mediaType: string; bytes: number; content: Uint8Array; url: string } | null;
  /** The publications of the same recall that this one takes the place of. */
  earlier: { n: number; sentAt: IsoInstant }[];
};

/**
 * The alert of a publication in the Common Alerting Protocol 1.2. A later publication updates the earlier ones, which it
 * names. How severe the danger is, a playbook says in words of its own: the protocol's are not guessed from them.
 */
export function capAlert(alerted: Alerted, sender: string): string {
  const { recallId, n, sentAt, drill, notices, earlier } = alerted;
  const reference = (one: { n: number; sentAt: IsoInstant }): string =>
    [sender, identifierOf(recallId, one.n), capInstant(one.sentAt)].join(',');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">',
    element('identifier', identifierOf(recallId, n)),
    element('sender', sender),
    element('sent', capInstant(sentAt)),
    element('status', drill ? 'Exercise' : 'Actual'),
    element('msgType', earlier.length === 0 ? 'Alert' : 'Update'),
    element('scope', 'Public'),
    ...(drill ? [element('note', `DRILL ${recallId}: this is an exercise. No product is recalled.`)] : []),
    ...(earlier.length === 0 ? [] : [element('references', earlier.map(reference).join(' '))]),
    element('incidents', recallId),
    ...notices.flatMap((notice) => infoLines(alerted, notice)),
    '</alert>',
    '',
  ].join('\n');
}

function infoLines({ markets, picture }: Alerted, { language, template, data }: Alerted['notices'][number]): string[] {
  const { subject, text } = renderNoticeText(template, data);
  return [
    '<info>',
    element('language', language),
    element('category', 'Safety'),
    element('event', 'Product safety recall'),
    element('responseType', 'Avoid'),
    element('urgency', 'Immediate'),
    element('severity', 'Unknown'),
    element('certainty', 'Possible'),
    element('senderName', data.company),
    element('headline', subject),
    element('description', text),
    element('instruction', [data.actions, data.remedies].filter((one) => one !== '').join('\n')),
    element('web', data.responseUrl),
    element('contact', data.contact),
    ...(picture === null ? [] : resourceLines(picture, data.picture)),
    ...markets.flatMap(areaLines),
    '</info>',
  ];
}

/** The protocol names what goes with an alert by its SHA-1. */
function resourceLines({ mediaType, bytes, content, url }: NonNullable<Alerted['picture']>, alt: string): string[] {
  return [
    '<resource>',
    element('resourceDesc', alt),
    element('mimeType', mediaType),
    element('size', String(bytes)),
    element('uri', url),
    element('digest', createHash('sha1').update(content).digest('hex')),
    '</resource>',
  ];
}

function areaLines(market: Market): string[] {
  const code = `<geocode>${element('valueName', 'ISO 3166-1')}${element('value', market)}</geocode>`;
  return ['<area>', element('areaDesc', marketName(market)), ...(market === NO_COUNTRY ? [] : [code]), '</area>'];
}

const NO_COUNTRY = 'ZZ';

/** Without spaces, commas and marks, as the protocol wants it. */
function identifierOf(recallId: RecallId, n: number): string {
  return xmlText(`${recallId}-${n}`);
}

/** To the second, and with the offset of UTC as the protocol writes it. */
function capInstant(instant: IsoInstant): string {
  return `${instant.slice(0, 19)}-00:00`;
}
