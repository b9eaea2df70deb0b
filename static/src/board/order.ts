// Keys of an order, as board/order.py makes them: what a thing has until the server has given it
// its own.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = DIGITS.length;
const WIDTH = 6;
const STEP = BASE ** 3;

const value = (key: string, place: number): number => Math.max(0, DIGITS.indexOf(key[place] ?? "0"));

/** A key above `low` ("" is the bottom) and below `high` (null is the top). `low` is below `high`. */
export function between(low: string, high: string | null): string {
  if (high === null) return after(low);
  let key = "";
  let bounded = true; // `high` still says something of the next digit
  for (let place = 0; ; place += 1) {
    const floor = value(low, place);
    const ceiling = bounded && place < high.length ? value(high, place) : BASE;
    const middle = Math.floor((floor + ceiling) / 2);
    if (middle > floor) return key + DIGITS[middle];
    key += DIGITS[floor];
    if (ceiling > floor) bounded = false;
  }
}

function after(low: string): string {
  let whole = STEP;
  for (let place = 0; place < WIDTH; place += 1) whole += value(low, place) * BASE ** (WIDTH - 1 - place);
  if (whole >= BASE ** WIDTH) return between(low, "z".repeat(low.length + 1));
  let digits = "";
  for (let rest = whole, place = 0; place < WIDTH; place += 1, rest = Math.floor(rest / BASE)) {
    digits = DIGITS[rest % BASE] + digits;
  }
  return digits.replace(/0+$/, "") || "1";
}
