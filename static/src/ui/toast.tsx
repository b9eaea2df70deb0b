import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.js";

/** What a toast shows, and for how many milliseconds. */
export interface Shown {
  readonly id: number;
  readonly text: string;
  readonly warns: boolean;
  readonly stays: number;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** A notice in passing: it stays while somebody points at it or is in it. `label` names what dismisses it. */
export function ToastCard({ toast, label, dismiss }: { toast: Shown; label: string; dismiss: () => void }) {
  const timer = useRef(0);
  const stop = (): void => clearTimeout(timer.current);
  const start = (): void => {
    stop(); // the pointer may leave it while the focus does, and there is one clock
    timer.current = window.setTimeout(dismiss, toast.stays);
  };
  useEffect(() => {
    start();
    return stop;
  }, [toast.id]);
  const { action } = toast;
  return (
    <div
      class={toast.warns ? "toast warns" : "toast"}
      onPointerEnter={stop}
      onPointerLeave={start}
      onFocusIn={stop}
      onFocusOut={start}
    >
      {toast.warns && <Icon name="alert" />}
      <p>{toast.text}</p>
      {action !== undefined && (
        <button
          type="button"
          class="button quiet strong"
          onClick={() => {
            action.run();
            dismiss();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" class="button quiet square" aria-label={label} onClick={dismiss}>
        <Icon name="x" size={16} />
      </button>
    </div>
  );
}
