// The texts of comments, in English: loaded with them.

const number = new Intl.NumberFormat("en");
const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

export const words = {
  comments: "Comments",
  group: "Comments",
  panel: "Show or hide the comments",
  button: (unread: number) => (unread === 0 ? "Comments" : `Comments, ${number.format(unread)} unread`),
  addHere: "Add a comment",
  placing: "Click what the comment is about, or press Enter for the middle of what you see. Escape cancels.",
  none: "Nothing has been said here yet.",
  noneOpen: "No open threads.",
  noneResolved: "No resolved threads.",
  open: "Open",
  resolved: "Resolved",
  which: "Which threads",
  readAll: "Mark all as read",
  allRead: "All comments are marked as read.",
  placeIn: (layer: string) => `A place in ${layer}`,
  on: (what: string) => `Comments on ${what}`,
  pin: (what: string, threads: number, unread: number) =>
    `${count(threads, "thread", "threads")} on ${what}${unread === 0 ? "" : `, ${number.format(unread)} unread`}`,
  thread: (by: string, what: string) => `Thread of ${by} on ${what}`,
  answers: (n: number) => count(n, "answer", "answers"),
  unread: "unread",
  unreadCount: (n: number) => `${number.format(n)} unread`,
  mentionsYou: "mentions you",
  mentioned: (by: string) => `${by} mentions you in a comment.`,
  show: "Show",
  write: "Your comment",
  writeHint: "Say something. @ mentions somebody.",
  answer: "Answer",
  answerTo: (by: string) => `Answer to ${by}`,
  send: "Send",
  sendKeys: (keys: string) => `${keys} sends`,
  left: (n: number) => `${count(n, "character", "characters")} left`,
  cancel: "Cancel",
  close: "Close what is said",
  edit: "Change",
  save: "Save",
  remove: "Remove",
  removeSure: "Remove it with its answers?",
  removed: "The comment was removed.",
  undo: "Undo",
  resolve: "Resolve",
  reopen: "Open again",
  wasResolved: "The thread is resolved.",
  wasReopened: "The thread is open again.",
  another: "Begin another thread",
  resolvedThreads: (n: number) => count(n, "resolved thread", "resolved threads"),
  sending: "being saved",
  me: "you",
  people: "People to mention",
  noneCloser: "The layer of this is not open to your role.",
  nowhere: "There is no layer here that is open to you.",
  sent: "Your comment was added.",
  more: (n: number) => `${count(n, "more thread", "more threads")}`,
  when(at: number, now: number): string {
    const [then, today] = [new Date(at), new Date(now)];
    if (then.toDateString() === today.toDateString()) return time.format(then);
    return `${(then.getFullYear() === today.getFullYear() ? day : year).format(then)}, ${time.format(then)}`;
  },
};
