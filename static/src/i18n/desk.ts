// The texts of the desk, in English: loaded with it.

const number = new Intl.NumberFormat("en");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When something was, as a person would say it. */
function when(at: number, now: number): string {
  const ago = Math.max(0, now - at);
  if (ago < MINUTE) return "just now";
  if (ago < HOUR) return relative.format(-Math.floor(ago / MINUTE), "minute");
  if (ago < DAY) return relative.format(-Math.floor(ago / HOUR), "hour");
  if (ago < 14 * DAY) return relative.format(-Math.floor(ago / DAY), "day");
  return day.format(at);
}

export const deskText = {
  lang: "en",
  product: "Orientation Board",
  boards: "Boards",
  loading: "Fetching the boards…",
  untitled: "Untitled",
  cancel: "Cancel",
  close: "Close",
  dismiss: "Dismiss",
  notices: "Notices",
  undo: "Undo",
  tryAgain: "Try again",

  closedTitle: "This link to the desk does not open any more",
  closed: "A newer one has taken its place. Whoever runs the server has it shown by the command orientation-board desk.",
  failed: (message: string) => `The boards could not be fetched: ${message}`,
  unreachable: "the server does not answer",
  notDone: (message: string) => `Not done: ${message}`,

  search: "Search boards",
  sort: "Sort by",
  sorts: { changed: "Last changed", title: "Title", nodes: "Size" },
  showArchived: (n: number) => `Archived (${number.format(n)})`,
  found: (n: number) => count(n, "board", "boards"),
  nothingFound: (words: string) => `No board is titled “${words}”.`,
  onlyArchived: "All boards are archived.",
  emptyTitle: "No boards yet",
  empty: "Make the first one: empty, from a template, or from a paper.",
  newBoard: "New board",

  nodes: (n: number) => count(n, "item", "items"),
  changed: (at: number, now: number) => `changed ${when(at, now)}`,
  isPublic: "Open to everyone",
  isPrivate: "By link only",
  isArchived: "Archived",
  cannotOpen: "Cannot be opened just now",
  damaged: (why: string) => `Damaged: ${why}`,

  actions: (title: string) => `What to do with “${title}”`,
  open: "Open as owner",
  openLeading: "Open as facilitator",
  share: "Share…",
  rename: "Rename…",
  duplicate: "Duplicate",
  exportJson: "Save as Board JSON",
  makePublic: "Open to everyone",
  makePrivate: "Close to all without a link",
  archive: "Archive",
  unarchive: "Bring back from the archive",
  remove: "Delete…",

  copyOf: (title: string) => `Copy of ${title}`,
  made: (title: string) => `“${title}” is there.`,
  without: (n: number) => (n === 1 ? "One picture did not come along." : `${n} pictures did not come along.`),
  copied: (title: string) => `“${title}” is there, with links of its own.`,
  renamed: (title: string) => `It is called “${title}” now.`,
  archived: (title: string) => `“${title}” is archived: to be read, not changed.`,
  unarchived: (title: string) => `“${title}” is back.`,
  opened: (title: string) => `Everyone may look at “${title}” now.`,
  shut: (title: string) => `“${title}” opens only with a link now.`,
  removed: (title: string) => `“${title}” is deleted.`,
  saved: (title: string) => `“${title}” is saved as a file.`,

  title: "Title",
  from: "Begin with",
  blank: "An empty board",
  blankHint: "One layer, and room.",
  firstLayer: "Ideas",
  file: "A paper or a Board JSON",
  fileHint: "A Markdown file in the form of a paper, or a board that was saved as Board JSON.",
  fileField: "File",
  fileUnreadable: "The file has changed since it was chosen. Choose it again.",
  fileMissing: "Choose a file.",
  titleMissing: "Give it a title.",
  create: "Create",
  creating: "Creating…",
  wrongAt: (where: string, message: string) => `${where}: ${message}`,

  renameTitle: "Rename the board",
  save: "Save",

  shareTitle: (title: string) => `Share “${title}”`,
  shareHint: "Whoever has a link has its rights. Links are copied, not shown: a projector would show them, too.",
  roles: {
    facilitator: "Facilitators",
    participant: "Participants",
    viewer: "Viewers",
    owner: "Owners",
  },
  rights: {
    facilitator: "write, vote, lead, and change layers",
    participant: "write, comment and vote",
    viewer: "look, follow and raise a hand",
    owner: "also archive it, and say who may come in",
  },
  copyLink: "Copy link",
  copyLinkOf: (role: string) => `Copy link: ${role}`,
  linkCopied: (role: string) => `Copied: ${role}.`,
  linkByHand: "It could not be copied. Here it is:",
  newLink: "New link",
  newLinkOf: (role: string) => `New link: ${role}`,
  newLinkSure: "The old link ends, and who came by it has to leave.",
  newLinkYes: "End the old link",
  linkRenewed: (role: string) => `${role}: the old link has ended.`,

  removeTitle: (title: string) => `Delete “${title}” for good?`,
  removeHint: (n: number) => `${count(n, "item", "items")}, all images, the whole history and every link to it will be gone. There is no way back.`,
  removeInstead: "Archive instead",
  keep: "Keep it",
  removeYes: "Delete for good",
};

export type DeskText = typeof deskText;
