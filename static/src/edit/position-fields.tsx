// The numbers of a place and a size as fields of a form.

import { useId } from "preact/hooks";
import { text } from "../i18n/edit.js";
import { type Position, POSITION_BOUNDS, type PositionField } from "./position.js";

export function PositionFields({ shown }: { readonly shown: Position }) {
  const id = useId();
  return (
    <>
      {(Object.entries(shown) as [PositionField, number][]).map(([field, value]) => (
        <div key={field} class="position-field">
          <label class="field-label" for={`${id}-${field}`}>{text.fields[field]}</label>
          <input
            id={`${id}-${field}`} name={field} class="field" type="number" step="1"
            min={POSITION_BOUNDS[field][0]} max={POSITION_BOUNDS[field][1]} defaultValue={String(value)} required
          />
        </div>
      ))}
    </>
  );
}

/** What stands in the fields of a form. */
export function typedPosition(form: HTMLFormElement): Position {
  return Object.fromEntries([...new FormData(form)].map(([field, value]) => [field, Number(value)]));
}
