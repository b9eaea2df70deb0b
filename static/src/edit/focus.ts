/** The keyboard goes to the canvas, which does not move for it. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>(".canvas")?.focus({ preventScroll: true });
}
