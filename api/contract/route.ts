import type { z } from 'zod';

/**
 * Who may use a route: everybody (links carry their own proof), a person who has signed in in their browser, whoever holds the
 * local key, a person who does, whoever knows the secret of the codec, or Twilio, which signs what it posts.
 */
export type Access = 'public' | 'session' | 'key' | 'person' | 'codec' | 'twilio';

/**
 * How often a route may be called, by what (api/limits.ts): by nobody in particular, to look at or to send the page of a
 * link, by whoever holds the local key, or by a person on a recall or on the pages of who has signed in.
 */
export type Limit = 'open' | 'look' | 'send' | 'signed' | 'key' | 'voice';

/** What an answer is that is no JSON: a page for people, words for Twilio, its style, a feed, the lines of a ledger, or a document with a type of its own. */
export type Media =
  | 'text/html'
  | 'text/xml'
  | 'text/css'
  | 'image/*'
  | 'application/x-ndjson'
  | 'application/atom+xml'
  | 'application/feed+json'
  | '*/*';

/** A route as callers see it. Its name in the table is its operation id. */
export type Route = {
  method: 'GET' | 'POST';
  /** With `:name` for each of `params`. */
  url: string;
  access: Access;
  limit: Limit;
  /** What it does, in a sentence. */
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** What is sent: JSON, or the form of a page. */
  body?: z.ZodType;
  form?: z.ZodType;
  /**
   * Sent as `multipart/form-data`: small documents under these names, and behind them the part `file`, which may be of any
   * size and is taken as it comes. Each part has a file name, at which errors point.
   */
  upload?: z.ZodObject;
  bodyBytesMax?: number;
  /** Answers without the database, or says itself what of it is missing. All others wait until its migrations are this build's. */
  standsAlone?: true;
  /** Takes the header `idempotency-key`: what is sent again with the same key is taken once. */
  keyed?: true;
  /** A schema is an answer in JSON. */
  answer: z.ZodType | Media;
};
