// What all tabs of a browser share, so that they have one ballot: kept by the browser for good.

const VOTER = "orientation-board/voter";
let kept = ""; // where the browser keeps nothing

/** The secret; it is made when it is first needed. */
export function voterSecret(): string {
  try {
    kept ||= localStorage.getItem(VOTER) ?? "";
    if (kept === "") {
      kept = fresh();
      localStorage.setItem(VOTER, kept);
      kept = localStorage.getItem(VOTER) ?? kept; // another tab may have been faster
    }
  } catch {
    kept ||= fresh();
  }
  return kept;
}

function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
