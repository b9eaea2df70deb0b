// The words of what could not be saved: they come with the script that lists it.

const FIELDS = { title: "title", text: "text", alt: "description of the image", note: "note", description: "description", label: "label", question: "question", spoken: "description" } as const;

export const unsavedText = {
  region: "Not saved",
  conflict: (field: keyof typeof FIELDS, of: string) => `Two versions of the ${FIELDS[field]}${of === "" ? "" : ` of “${of}”`}`,
  conflictWhy: "You and somebody else changed the same words. What is to stand?",
  mine: "Yours",
  theirs: "Theirs",
  empty: "(empty)",
  keepMine: "Keep yours",
  takeTheirs: "Keep theirs",
  both: "Keep both",
  unsaved: (count: number) => (count === 1 ? "One change was not saved" : `${count} changes were not saved`),
  copy: "Copy the text",
  copied: "Copied",
  dismiss: "Done with this",
  dismissAll: "Done with all of them",
  more: (count: number) => `and ${count} more`,
  why: (code: string, message: string) =>
    code === "given-up"
      ? "this board was opened elsewhere under the same name"
      : code === "left"
        ? "left by a tab that was closed before it was saved"
        : code === "conflict"
          ? "somebody else changed the same words"
          : code === "waits"
            ? "it waits in this browser until the board opens again"
            : message,
  /** What a change was: how many of what. */
  did: {
    "node.create": (count: number) => (count === 1 ? "something new" : `${count} new things`),
    "node.set": (count: number) => (count === 1 ? "a change of place or looks" : `${count} changes of place or looks`),
    "node.remove": (count: number) => (count === 1 ? "a removal" : `${count} removals`),
    "relation.create": (count: number) => (count === 1 ? "a new relation" : `${count} new relations`),
    "text.set": (count: number) => (count === 1 ? "a text" : `${count} texts`),
    layer: (count: number) => (count === 1 ? "a change of a layer" : `${count} changes of layers`),
    other: (count: number) => (count === 1 ? "a change" : `${count} changes`),
  },
};
