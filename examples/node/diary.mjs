// Who comes when, in one file that is replaced as a whole.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** When the spa is free. */
const SLOTS = [
  'Saturday, 2 December, 10:00',
  'Sunday, 3 December, 10:00',
  'Sunday, 3 December, 14:00',
  'Saturday, 9 December, 10:00',
];

export class Diary {
  #file;
  /** By conversation: `{when, changedBy}`. */
  #appointments;

  constructor(file) {
    this.#file = file;
    this.#appointments = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).appointments : {};
  }

  /** Whether there is an appointment that another event has made. */
  has(conversation, event) {
    const known = this.#appointments[conversation];
    return known !== undefined && known.changedBy !== event;
  }

  /** The first free time; `undefined` where there is none. */
  book(conversation, event) {
    return this.#take(conversation, event, this.#freeAfter());
  }

  /** The next free time after the one that was booked. */
  change(conversation, event) {
    return this.#take(conversation, event, this.#freeAfter(this.#appointments[conversation]?.when));
  }

  // Events come at least once: the same one again finds what it has changed.
  #take(conversation, event, when) {
    const before = this.#appointments[conversation];
    if (before?.changedBy === event) {
      return before.when;
    }
    if (when) {
      this.#appointments[conversation] = { when, changedBy: event };
      writeFileSync(`${this.#file}.part`, JSON.stringify({ appointments: this.#appointments }, null, 2));
      renameSync(`${this.#file}.part`, this.#file);
    }
    return when;
  }

  #freeAfter(when) {
    const taken = new Set(Object.values(this.#appointments).map((appointment) => appointment.when));
    const next = SLOTS.indexOf(when) + 1;
    return [...SLOTS.slice(next), ...SLOTS.slice(0, next)].find((slot) => !taken.has(slot));
  }
}
