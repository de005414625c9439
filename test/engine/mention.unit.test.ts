import { describe, expect, it } from '@jest/globals';
import { aboutPost } from '../../engine/about.js';
import type { RecallEvent } from '../../engine/events.js';
import type { FactValue } from '../../engine/playbook.js';
import type { PersonId, Sha256 } from '../../engine/words.js';
import { ASSESS, closing, CONTAIN } from './playbooks.js';
import {
  answer,
  ask,
  at,
  close,
  done,
  give,
  of,
  opened,
  peopleFound,
  step,
  tickAndAsk,
  type Recall,
} from './recall.js';

const QUALITY = 'quality-holder';
const ENTRY = aboutPost(7);
const TEXT = 'd'.repeat(64) as Sha256;

function mentioned(recall: Recall, when: string, entry = 7): RecallEvent[] {
  const mention = { about: aboutPost(entry), via: 'mail', at: at(when), text: TEXT } as const;
  const events = give(recall, { type: 'mention came', mention }, when);
  peopleFound(recall);
  return events;
}

/** A recall whose risk has been assessed, so that the step which asks of injuries has ended. */
function assessed(): Recall {
  const recall = opened(ASSESS + closing('assess'));
  peopleFound(recall);
  answer(recall, 'assess/1/1', QUALITY, { risk: 'low' });
  peopleFound(recall);
  return recall;
}

const HURT: Record<string, FactValue> = { hurt: 'yes', severity: 'serious', country: 'DE' };

describe('words of somebody outside that speak of an injury', () => {
  it('are put at once to whoever judges the risk, though the assessment has ended, and climb their ladder', () => {
    const recall = assessed();
    mentioned(recall, 'PT2H');
    expect(step(recall, 'assess').status).toBe('done');
    expect(ask(recall, 'assess/1/2')).toMatchObject({
      question: 'judge-mention',
      role: 'quality',
      status: 'open',
      about: ENTRY,
      dueAt: at('P1DT2H'),
      evidence: { mention: { about: ENTRY, via: 'mail', at: at('PT2H'), text: TEXT } },
    });
    expect(of(tickAndAsk(recall, 'P3D'), 'escalated')).toContainEqual(
      expect.objectContaining({ ask: 'assess/1/2', to: 'commander' }),
    );
  });

  it('are asked of before the assessment is, which is asked all the same', () => {
    const recall = opened(
      `${CONTAIN}${ASSESS.replace('kind: assessment,', 'kind: assessment, after: [contain],')}${closing('assess')}`,
    );
    peopleFound(recall);
    mentioned(recall, 'PT1H');
    const events = answer(recall, 'assess/1/1', QUALITY, { hurt: 'nobody' }, 'PT2H');
    expect(of(events, 'mention judged')).toMatchObject([{ about: ENTRY, by: QUALITY, found: 'nobody' }]);
    done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 1 }, 'PT3H');
    expect(recall.state.asks.map(({ question }) => question)).toContain('assessment');
  });

  it('are recorded as the injuries that the answer says, known of since they came', () => {
    const recall = assessed();
    mentioned(recall, 'PT2H');
    const events = answer(recall, 'assess/1/2', QUALITY, { ...HURT, people: 2, date: '2026-09-09' }, 'PT5H');
    const injury = {
      severity: 'serious',
      country: 'DE',
      date: '2026-09-09',
      knownFrom: 'customer',
      knownAt: at('PT2H'),
    };
    expect(recall.state.injuries).toEqual([
      { ...injury, n: 1 },
      { ...injury, n: 2 },
    ]);
    expect(of(events, 'mention judged')).toMatchObject([{ found: 'injury' }]);
    expect(ask(recall, 'assess/1/2').status).toBe('answered');
  });

  it.each<[string, Record<string, FactValue>]>([
    ['a severity', { hurt: 'yes', country: 'DE' }],
    ['a country', { hurt: 'yes', severity: 'slight' }],
    ['a country by its code', { ...HURT, country: 'Germany' }],
    ['a day that there is', { ...HURT, date: '2026-02-30' }],
    ['a day that has come', { ...HURT, date: '2027-01-01' }],
  ])('are no injury without %s', (_what, values) => {
    const recall = assessed();
    mentioned(recall, 'PT2H');
    expect(of(answer(recall, 'assess/1/2', QUALITY, values, 'PT3H'), 'answer refused')).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer' },
    ]);
    expect(recall.state.injuries).toEqual([]);
  });

  it('are asked of no more when somebody has judged them in the tray', () => {
    const recall = assessed();
    mentioned(recall, 'PT2H');
    mentioned(recall, 'PT2H', 8);
    const by = 'opener' as PersonId;
    give(recall, { type: 'mention judged', about: ENTRY, by, found: 'other-product' }, 'PT3H');
    expect(ask(recall, 'assess/1/2').status).toBe('withdrawn');
    const injury = {
      severity: 'slight',
      country: 'FR',
      date: null,
      knownFrom: 'customer',
      knownAt: at('PT3H'),
    } as const;
    give(recall, { type: 'injury came', injury: injury as never, by, about: aboutPost(8) }, 'PT3H');
    expect(ask(recall, 'assess/1/3').status).toBe('withdrawn');
    expect(recall.state.injuries).toHaveLength(1);
    // Whoever says that there is something to it after all has quality asked again.
    mentioned(recall, 'PT4H');
    expect(ask(recall, 'assess/1/4')).toMatchObject({ status: 'open', about: ENTRY });
  });

  it('are asked of once however often they come, a hundred of them at most, and not after the closing', () => {
    const recall = assessed();
    for (let entry = 1; entry <= 102; entry += 1) mentioned(recall, 'PT2H', entry);
    mentioned(recall, 'PT2H', 1);
    const asked = (): number => recall.state.asks.filter(({ question }) => question === 'judge-mention').length;
    expect(asked()).toBe(100);
    close(recall);
    expect(recall.state.asks.filter(({ status }) => status === 'open')).toEqual([]);
    mentioned(recall, 'P30D', 2);
    expect(asked()).toBe(100);
  });

  it('stay in the tray where a playbook has nobody judge the risk', () => {
    const recall = opened(CONTAIN + closing('contain'));
    mentioned(recall, 'PT2H');
    expect(recall.state.mentions).toEqual([]);
  });
});
