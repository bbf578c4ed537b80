/**
 * Arithmetic as people write it, read by a parser of its own: nothing of what a caller said is ever run as code. Bounded in
 * length, depth and the size of numbers, so that no text takes long.
 *
 *   sum     = product { ("+" | "-") product }
 *   product = signed { ("*" | "/" | "%") signed }
 *   signed  = ("+" | "-") signed | power
 *   power   = atom [ "**" signed ]                  so that -2 ** 2 is -4, and 2 ** 3 ** 2 is 2 ** 9
 *   atom    = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
 */
import {
  ArithmeticFault,
  add,
  decimal,
  divide,
  type Fraction,
  floor,
  fraction,
  fromNumber,
  isLess,
  multiply,
  negate,
  power,
  remainder,
  rounded,
  toNumber,
  written,
} from './fraction.ts';

export const MAX_LENGTH = 300;
const MAX_DEPTH = 50;
const MAX_ROUNDING = 30;

/** How many arguments a function takes, and what it does with them. */
interface Named {
  readonly least: number;
  readonly most: number;
  readonly of: (...args: readonly Fraction[]) => Fraction;
}

const one = (of: (value: Fraction) => Fraction): Named => ({ least: 1, most: 1, of: (value) => of(value!) });
const approximately = (of: (value: number) => number): Named => one((value) => fromNumber(of(toNumber(value))));
/** Of an angle: without what is left where zero should be, as π is no binary number. */
const around = (of: (value: number) => number): Named => one((value) => rounded(fromNumber(of(toNumber(value))), 15));
const many = (of: (a: Fraction, b: Fraction) => Fraction): Named => ({
  least: 1,
  most: MAX_LENGTH,
  of: (...all) => all.reduce(of),
});

const FUNCTIONS: ReadonlyMap<string, Named> = new Map([
  ['abs', one((value) => (value.over < 0n ? negate(value) : value))],
  ['ceil', one((value) => negate(floor(negate(value))))],
  ['floor', one(floor)],
  ['round', { least: 1, most: 2, of: (value, places) => rounded(value!, places === undefined ? 0 : placesOf(places)) }],
  ['min', many((a, b) => (isLess(b, a) ? b : a))],
  ['max', many((a, b) => (isLess(a, b) ? b : a))],
  ['sqrt', approximately(Math.sqrt)],
  ['cbrt', approximately(Math.cbrt)],
  ['exp', approximately(Math.exp)],
  ['ln', approximately(positive(Math.log))],
  ['log', approximately(positive(Math.log10))],
  ['log10', approximately(positive(Math.log10))],
  ['log2', approximately(positive(Math.log2))],
  ['sin', around(Math.sin)],
  ['cos', around(Math.cos)],
  ['tan', around(Math.tan)],
]);

const CONSTANTS: ReadonlyMap<string, Fraction> = new Map([
  ['pi', fromNumber(Math.PI)],
  ['e', fromNumber(Math.E)],
]);

export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()];

/** Zero has none, instead of one below all numbers. */
function positive(of: (value: number) => number): (value: number) => number {
  return (value) => (value > 0 ? of(value) : Number.NaN);
}

function placesOf(places: Fraction): number {
  const number = toNumber(places);
  if (Number.isInteger(number) && Math.abs(number) <= MAX_ROUNDING) return number;
  throw new ArithmeticFault(`round takes a whole number of places, at most ${MAX_ROUNDING}.`);
}

/** The exact result where there is one. @throws ArithmeticFault that says what is wrong, for whoever wrote the text. */
export function evaluate(text: string): Fraction {
  if (text.length > MAX_LENGTH) throw new ArithmeticFault(`That is too long: ${MAX_LENGTH} characters at most.`);
  return new Reader(tokensOf(text)).whole();
}

const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([a-z][a-z0-9]*)|(\*\*|[-+*/%^(),]))/iy;
/** As people and models write them. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['−', '-'],
]);

type Token = { readonly is: 'number' | 'name' | 'sign'; readonly text: string };

function tokensOf(text: string): readonly Token[] {
  const plain = text.replace(/[×·÷−]/g, (sign) => SPELLINGS.get(sign)!).trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const at = TOKEN.lastIndex;
    const [, number, name, sign] = TOKEN.exec(plain) ?? [];
    if (number !== undefined) tokens.push({ is: 'number', text: number });
    else if (name !== undefined) tokens.push({ is: 'name', text: name.toLowerCase() });
    else if (sign !== undefined) tokens.push({ is: 'sign', text: sign === '^' ? '**' : sign });
    else throw new ArithmeticFault(`${JSON.stringify(plain.slice(at).trimStart()[0])} means nothing here.`);
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Fraction {
    const value = this.#sum();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new ArithmeticFault(`${JSON.stringify(rest.text)} is not expected where it stands.`);
    return value;
  }

  #sum(): Fraction {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value = add(value, this.#product());
      else if (this.#take('-')) value = add(value, negate(this.#product()));
      else return value;
    }
  }

  #product(): Fraction {
    let value = this.#signed();
    for (;;) {
      if (this.#take('*')) value = multiply(value, this.#signed());
      else if (this.#take('/')) value = divide(value, this.#signed());
      else if (this.#take('%')) value = remainder(value, this.#signed());
      else return value;
    }
  }

  /** Every way of nesting comes through here. */
  #signed(): Fraction {
    if (++this.#depth > MAX_DEPTH) throw new ArithmeticFault(`That is nested too deeply: ${MAX_DEPTH} levels at most.`);
    const value = this.#take('-') ? negate(this.#signed()) : this.#take('+') ? this.#signed() : this.#power();
    this.#depth--;
    return value;
  }

  #power(): Fraction {
    const base = this.#atom();
    return this.#take('**') ? power(base, this.#signed()) : base;
  }

  #atom(): Fraction {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new ArithmeticFault('The calculation stops too early.');
    this.#at++;
    if (token.is === 'number') return decimal(token.text);
    if (token.is === 'name') return this.#named(token.text);
    if (token.text !== '(') throw new ArithmeticFault(`A number is missing before ${JSON.stringify(token.text)}.`);
    const value = this.#sum();
    this.#expect(')');
    return value;
  }

  #named(name: string): Fraction {
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return constant;
    const found = FUNCTIONS.get(name);
    if (found === undefined)
      throw new ArithmeticFault(`${name} is not known. There are ${FUNCTION_NAMES.join(', ')}, pi and e.`);
    this.#expect('(');
    const args = [this.#sum()];
    while (this.#take(',')) args.push(this.#sum());
    this.#expect(')');
    if (args.length < found.least || args.length > found.most)
      throw new ArithmeticFault(`${name} does not take ${args.length} arguments.`);
    return found.of(...args);
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.is !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new ArithmeticFault(`A ${JSON.stringify(sign)} is missing.`);
  }
}

const PLACES = 10;
const SMALL_PLACES = 6;

export interface Spelt {
  readonly text: string;
  /** False where digits were left out. */
  readonly isExact: boolean;
}

/** In decimals that can be read aloud: at most ten places, an exponent only for what is enormous or tiny. */
export function spell(value: Fraction): Spelt {
  const size = value.over < 0n ? negate(value) : value;
  const isTiny = value.over !== 0n && isLess(size, TINY);
  if (isTiny || !isLess(size, ENORMOUS)) return significant(value, size);
  const near = rounded(value, PLACES);
  return { text: written(near, PLACES), isExact: isSame(near, value) };
}

/** Such as `1.5e-9`. */
function significant(value: Fraction, size: Fraction): Spelt {
  let exponent = `${size.over}`.length - `${size.under}`.length;
  if (isLess(size, tenTo(exponent))) exponent--;
  let digits = rounded(divide(size, tenTo(exponent)), SMALL_PLACES);
  if (!isLess(digits, TEN)) {
    digits = fraction(1n);
    exponent++;
  }
  const text = `${value.over < 0n ? '-' : ''}${written(digits, SMALL_PLACES)}e${exponent}`;
  return { text, isExact: isSame(multiply(digits, tenTo(exponent)), size) };
}

const isSame = (a: Fraction, b: Fraction): boolean => a.over === b.over && a.under === b.under;
const TEN = fraction(10n);
const tenTo = (exponent: number): Fraction => power(TEN, fraction(BigInt(exponent)));
const TINY = tenTo(-6);
const ENORMOUS = tenTo(30);
