// Every text of the interface, in English. Another language is another object of this type.

const number = new Intl.NumberFormat("en");

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

function listed(titles: readonly string[]): string {
  const shown = titles.slice(0, 3);
  if (titles.length > shown.length) return `${shown.join(", ")} and ${count(titles.length - shown.length, "other", "others")}`;
  return new Intl.ListFormat("en").format(shown);
}

export const en = {
  lang: "en",
  product: "Orientation Board",
  opening: "Opening the board…",
  skipToOutline: "Skip to the outline",
  board: "Board",
  boardHint:
    "A drawing of the board. Arrow keys move it, plus and minus zoom, zero shows all of it. The outline has the same content as text.",
  untitled: "Untitled",
  close: "Close",
  dismiss: "Dismiss",

  layers: "Layers",
  layersShown: (on: number, all: number) => `${number.format(on)} of ${number.format(all)} on`,
  all: "Show all",
  none: "Hide all",
  allOfThem: "Show all layers",
  noneOfThem: "Hide all layers",
  onlyThis: "Only this",
  onlyLayer: (title: string) => `Only this: ${title}`,
  cards: (n: number) => count(n, "card", "cards"),
  locked: "Locked: its cards cannot be changed",
  restricted: "Restricted: not everyone may see it",
  offAbove: "Its group is off",
  openGroup: (title: string) => `Layers in ${title}`,
  noLayers: "This board has no layers yet.",
  nothingOn: "No layer is on",

  followingLed: "Following the facilitator",
  following: "Following",
  nobodyLeads: "nobody is leading",
  facilitatorAway: "the facilitator is away",
  leadOn: "A lead is on",
  ownView: "My own view",
  followAgain: "Follow again",
  leading: "You are leading",
  leadingFollowers: (n: number) => (n === 0 ? "nobody follows yet" : count(n, "follows", "follow")),
  leadingAlone: "Only you see your switches",
  backToLeading: "Back to leading",
  lead: "Lead everyone",
  leadToo: "Lead too",
  leadTooHint: "Your switches are yours alone until you lead, too. Then they act for everyone who follows.",
  leadHint: "Everyone who follows will see what you see now, and your switches will act for them.",
  stopLeading: "Stop leading",
  showEveryone: "Show everyone what I see",
  actFor: "My switches act for",
  everyone: "Everyone",
  onlyMe: "Only me",
  publish: "Make this the default",
  publishHint: "What people see when they open the board while nobody leads.",

  here: (n: number) => `${number.format(n)} here`,
  follow: (n: number) => count(n, "follows", "follow"),
  peopleHint: "People on this board",

  connection: "Connection",
  connecting: "Connecting…",
  live: "Live",
  liveHint: "Everything is saved and up to date.",
  reconnecting: "Reconnecting…",
  offline: "Offline",
  stopped: "Not connected",
  saving: "Saving…",
  unsaved: (n: number) => `${number.format(n)} not saved`,

  zoom: "Zoom",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Show the whole board",
  view: "View",
  findGroup: "Find",
  find: "Find on the board",
  graph: "Connections",
  palette: "Do something…",
  shortcuts: "Keyboard shortcuts",
  notLoaded: "This needs the network, which is away just now.",
  pan: "Move the view",
  panFar: "Move the view further",
  deselect: "Select nothing",
  goOwn: "Go on my own view",
  percent: (zoom: number) => `${number.format(Math.round(zoom * 100))}%`,

  outline: "Outline",
  readAsOutline: "Read as outline",
  outlineEmpty: "Nothing to read: no layer is on.",
  noCards: "No cards",
  relations: "Relations",
  to: "to",
  from: "from",
  ourReading: "our reading",
  link: "Open its link",
  more: (n: number) => `Show ${count(n, "more card", "more cards")}`,

  notices: "Notices",
  left: "Your own view: only you see it.",
  refused: (message: string) => `Not done: ${message}`,
  conflict: "Somebody changed that text at the same time: say what is to stand.",
  givenUp: (n: number) => `${count(n, "change was", "changes were")} not saved.`,
  defaultSaved: "This is the default view now.",
  undo: "Undo",
  undone: "Taken back.",
  undonePartly: "Taken back, but for what somebody changed since.",
  merged: "Somebody changed the same text: both changes are in it now.",
  notUndone: (code: string) =>
    code === "overtaken"
      ? "Not taken back: somebody has changed that since."
      : code === "not_yours"
        ? "Too long ago to be taken back."
        : "That cannot be taken back any more.",
  stageOpened: "The facilitator is leading now.",
  stageClosed: "The facilitator has stopped leading.",
  switchedOn: (titles: readonly string[]) => `Shown: ${listed(titles)}.`,
  switchedOff: (titles: readonly string[]) => `Hidden: ${listed(titles)}.`,

  closedTitle: "This board does not open",
  closed:
    "There is no board at this address, or your link does not open it any more. Ask whoever invited you for a new link.",
  protocolTitle: "The board has been updated",
  protocol: "Load the page again to go on.",
  elsewhereTitle: "This board is open in another tab",
  elsewhere: "Here it no longer follows what happens.",
  tryAgain: "Try again",
  reload: "Load again",
  useHere: "Use it here",
  home: "To the boards",
};

export type Catalogue = typeof en;
