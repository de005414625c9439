import type { RecipientId, StepName } from '../../engine/words.js';

/** What the recipients of a campaign know themselves: how many a notice has reached, how many answered, for how many units, and how many they named. */
export type Noted = { reached: number; responded: number; units: number; named: number };

type Circle = {
  /** Of each recipient the rungs whose notice came and did not go back. */
  notices: Map<RecipientId, Set<number>>;
  /** The units that each of them has answered for, and how many others they named, as they said it last. */
  answers: Map<RecipientId, number>;
  named: Map<RecipientId, number>;
};

/** What recipients note of what they got and said. */
export type Notes = {
  took: (step: StepName, recipient: RecipientId, rung: number) => void;
  sentBack: (step: StepName, recipient: RecipientId, rung: number) => void;
  answered: (step: StepName, recipient: RecipientId, units: number) => void;
  named: (step: StepName, recipient: RecipientId, customers: number) => void;
  all: () => ReadonlyMap<StepName, Noted>;
};

/** Empty notes. */
export function createNotes(): Notes {
  const circles = new Map<StepName, Circle>();
  const of = (step: StepName): Circle => {
    const circle = circles.get(step) ?? { notices: new Map(), answers: new Map(), named: new Map() };
    circles.set(step, circle);
    return circle;
  };
  return {
    took(step, recipient, rung) {
      const { notices } = of(step);
      notices.set(recipient, (notices.get(recipient) ?? new Set()).add(rung));
    },
    sentBack: (step, recipient, rung) => void of(step).notices.get(recipient)?.delete(rung),
    answered: (step, recipient, units) => void of(step).answers.set(recipient, units),
    named: (step, recipient, customers) => void of(step).named.set(recipient, customers),
    all: () => new Map([...circles].map(([step, circle]) => [step, counted(circle)])),
  };
}

function counted({ notices, answers, named }: Circle): Noted {
  return {
    reached: [...notices.values()].filter((rungs) => rungs.size > 0).length,
    responded: answers.size,
    units: total(answers),
    named: total(named),
  };
}

function total(counts: ReadonlyMap<RecipientId, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
