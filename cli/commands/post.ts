import { Option, type Command } from 'commander';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Post, ShownPost } from '../../api/contract/post.js';
import type { PostState } from '../../engine/post.js';
import type { RecallId } from '../../engine/words.js';
import { call, download } from '../client.js';
import { textOfFile } from '../../engine/utf8.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { readText } from '../files.js';
import { answer, table, timeWords } from '../terminal.js';
import { injuryBody, injuryOptions, type InjuryOptions } from './injuries.js';

/** `recall post`: what came in by mail, by tray. */
export function postCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const post = recall
    .command('post [recall]')
    .description('mails that came in: those of a recall, or those that belong to none')
    .action(async (id: RecallId | undefined, _options, command: Command) => {
      const options = optionsOf(command);
      const api = apiOf(context, options);
      const tray =
        id === undefined
          ? await call(api, 'listGeneralPost', {})
          : await call(api, 'listPost', { params: { recall: id } });
      answer(terminal, options.json, tray, () => trayWords(tray));
    });
  post
    .command('injuries')
    .description('mails of all trays that speak of somebody who is hurt, and that nobody has judged yet: for quality')
    .action(async (_options, command: Command) => {
      const options = optionsOf(command);
      const found = await call(apiOf(context, options), 'listPostInjuries', {});
      answer(terminal, options.json, found, () => trayWords(found));
    });
  post
    .command('show <number>')
    .description('a mail with its text; a stranger wrote it')
    .action(async (number: string, _options, command: Command) => {
      const options = optionsOf(command);
      const shown = await call(apiOf(context, options), 'showPost', { params: { post: number } });
      answer(terminal, options.json, shown, () => postWords(shown));
    });
  post
    .command('save <number>')
    .description('writes a mail as it came, with what is attached, to a file; open it with care')
    .requiredOption('--out <file>', 'the file')
    .action(async (number: string, _options, command: Command) => {
      const options = optionsOf<{ out: string }>(command);
      const raw = await download(apiOf(context, options), 'readPost', { params: { post: number } });
      writeFileSync(options.out, raw);
      answer(terminal, options.json, { written: options.out, bytes: raw.length }, () => `written: ${options.out}`);
    });
  post
    .command('assign <number> <recall>')
    .description('puts a mail into the tray of a recall (--as PERSON)')
    .action(async (number: string, id: RecallId, _options, command: Command) => {
      const options = optionsOf(command);
      const sent = { params: { post: number }, body: { recall: id } };
      const done = await call(apiOfPerson(context, options), 'assignPost', sent);
      answer(terminal, options.json, done, () => `mail ${done.id} is in the tray of ${done.recall}`);
    });
  markCommand(post, context);
  answerCommand(post, context);
  const injury = post
    .command('injury <number>')
    .description('records what a mail tells as an injury of its recall (--as PERSON)');
  injuryOptions(injury).action(async (number: string, _options, command: Command) => {
    const options = optionsOf<InjuryOptions>(command);
    const sent = { params: { post: number }, body: injuryBody(options) };
    const done = await call(apiOfPerson(context, options), 'recordPostInjury', sent);
    answer(terminal, options.json, done, () => `recorded for ${done.post.recall}: ${done.injury.severity}`);
  });
}

function answerCommand(post: Command, context: Context): void {
  post
    .command('answer <number>')
    .description('answers whoever wrote it, by mail or text message as they did (--as PERSON)')
    .requiredOption('--text <file>', 'the file with the answer; - for what comes in')
    .action(async (number: string, _options, command: Command) => {
      const options = optionsOf<{ text: string }>(command);
      const text = options.text === '-' ? textOfFile('stdin', readFileSync(0)) : readText(options.text);
      const sent = { params: { post: number }, body: { text: text.trim() } };
      const done = await call(apiOfPerson(context, options), 'answerPost', sent);
      answer(
        context.terminal,
        options.json,
        done,
        () => `answered ${done.answers.at(-1)?.to ?? ''}, who wrote ${done.id}`,
      );
    });
}

function markCommand(post: Command, context: Context): void {
  const { terminal } = context;
  post
    .command('mark <number>')
    .description('says what became of a mail, or whether it speaks of somebody who is hurt (--as PERSON)')
    .addOption(new Option('--read', 'it was read').conflicts(['answered', 'new']))
    .addOption(new Option('--answered', 'it was answered').conflicts(['new']))
    .option('--new', 'it waits for a person')
    .option('--injury', 'it speaks of somebody who is hurt, and waits for quality')
    .option('--no-injury', 'it does not')
    .action(async (number: string, _options, command: Command) => {
      const options = optionsOf<{ read?: true; answered?: true; new?: true; injury?: boolean }>(command);
      const state: PostState | null = options.answered
        ? 'answered'
        : options.read
          ? 'read'
          : options.new
            ? 'new'
            : null;
      const injury = options.injury === undefined ? null : options.injury ? ('mentioned' as const) : ('none' as const);
      const sent = { params: { post: number }, body: { state, injury } };
      const done = await call(apiOfPerson(context, options), 'markPost', sent);
      answer(terminal, options.json, done, () => `mail ${done.id}: ${stateWords(done)}`);
    });
}

function trayWords(posts: Post[]): string {
  if (posts.length === 0) return 'no mail';
  const rows = posts.map((post) => [
    String(post.id),
    timeWords(post.cameAt),
    kindWords(post),
    stateWords(post),
    post.recall ?? '-',
    post.about === null ? '-' : `${post.about.kind} ${post.about.id}`,
    post.sender ?? '-',
    post.subject,
  ]);
  return table(['number', 'came', 'what it is', 'state', 'recall', 'about', 'from', 'subject'], rows);
}

function postWords(post: ShownPost): string {
  return [
    `mail ${post.id}: ${kindWords(post)}, ${stateWords(post)}`,
    `came ${timeWords(post.cameAt)}${post.times > 1 ? `, ${post.times} times` : ''}, from ${post.sender ?? 'nobody'}`,
    `belongs to ${post.recall ?? 'no recall'}${post.about === null ? '' : `, about ${post.about.kind} ${post.about.id}`}`,
    `known by: ${post.why}`,
    '',
    post.text,
    ...post.answers.flatMap(({ by, at, to, channel, state, text }) => [
      '',
      `answered by ${by} at ${timeWords(at)}, by ${channel} to ${to}: ${state}`,
      text,
    ]),
  ].join('\n');
}

function kindWords({ kind, permanent, status }: Post): string {
  const what = kind === 'failed' && permanent ? 'failed for good' : kind === 'failed' ? 'failed for now' : kind;
  return status === null ? what : `${what} ${status}`;
}

function stateWords({ state, injury }: Post): string {
  return injury === 'none' ? state : `${state}, injury ${injury}`;
}
