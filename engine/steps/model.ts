import type { Condition } from '../conditions.js';
import type { EffectFailure, EffectRequest } from '../effects.js';
import type { IsoInstant, RoleName } from '../words.js';
import type { Approvers } from './definition.js';

/** What a condition sees of a kind of step, by name and CEL type; the linter checks conditions against it. */
export type Results = Record<string, 'bool' | 'double'>;
export type StepResults = Record<string, boolean | number>;
export type ValuesOf<R extends Results> = { [Name in keyof R]: R[Name] extends 'bool' ? boolean : number };

/**
 * What a condition may speak of. `recall`: facts and the results of every step. `told`: of these only what the engine is
 * told as soon as it changes, so that the condition is seen to come true when it does. `itself`: the results of its own
 * step alone, because the store evaluates it over a tally and knows nothing else. `now`: facts and results as they are
 * whenever it is asked, which nothing waits for.
 */
export type Sees = 'recall' | 'told' | 'itself' | 'now';

/** Where a definition holds conditions beside `when`, as paths such as `watch.enough`. */
export type ConditionPath<Definition> = Exclude<PathsTo<Definition>, 'when'>;
/** Of a union each member is looked into: its common keys alone would hide what one form of a field holds. */
type PathsTo<T, Before extends string = ''> = T extends unknown
  ? {
      [Key in keyof T & string]: NonNullable<T[Key]> extends Condition
        ? `${Before}${Key}`
        : NonNullable<T[Key]> extends string | readonly unknown[]
          ? never
          : NonNullable<T[Key]> extends object
            ? PathsTo<NonNullable<T[Key]>, `${Before}${Key}.`>
            : never;
    }[keyof T & string]
  : never;

/** What a kind of step knows of itself: its state, how its events change it, and what conditions see of it. Pure data and functions without a turn. */
export type StepModel<Definition, Detail, Event, R extends Results = Results> = {
  /** Every condition that a definition of this kind holds, and what it sees: parser, linter and engine read it here. */
  conditions: Record<ConditionPath<Definition>, Sees>;
  /** Facts of the recall that a step of this kind sets; conditions on them speak of it. */
  sets?: (definition: Definition) => string[];
  /** A step of this kind writes to people outside, and so needs the texts of a case file. */
  writesOutside: boolean;
  /** Whether a step has told somebody outside, or has asked for it so that it may be on its way. */
  hasTold: (detail: Detail) => boolean;
  /** Whom a step of this kind can ask, and the ladder that climbs from there; null where it has none. */
  asks: (definition: Definition) => {
    roles: readonly RoleName[];
    escalation: string | null;
    /** Ladders of single questions, where they are others than the step's. */
    alsoEscalates?: readonly (string | null)[];
  };
  /** Of a kind whose steps are voted on: whose votes it takes. */
  votes?: (definition: Definition) => Approvers;
  /** A step of this kind closes the recall. */
  closes?: true;
  results: R;
  /** Those of the results that a step of this kind never has, by what its definition and its detail both say: conditions may not name them. */
  lacks?: (of: Definition | Detail) => readonly (keyof R & string)[];
  /** Those of the results that are counted from time to time: nobody is told when they change. */
  counted?: readonly (keyof R & string)[];
  resultsOf: (detail: Detail) => ValuesOf<R>;
  fresh: (definition: Definition) => Detail;
  evolve: (detail: Detail, event: Event & { at: IsoInstant }, definition: Definition) => Detail;
  /** One of the step's effects has been asked for, the first time or again. */
  requested?: (detail: Detail, effect: EffectRequest) => Detail;
  /** One of them failed for the time being. */
  postponed?: (detail: Detail, effect: EffectRequest, failure: EffectFailure) => Detail;
};
