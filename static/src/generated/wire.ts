// Made from the Python types by `python -m server.typescript`. Do not edit by hand.

/** The board itself: the record of the stream ``board`` with the id ``board``. */
export interface BoardShape {
  id: string;
  title: string;
  description: string;
  lang: string;
  stage: boolean;
  public: boolean;
  archived?: boolean;
  waiting?: boolean;
  locked?: boolean;
  scene?: string;
  step?: string;
  cursors?: boolean;
}

/** A layer's header: the one record of the stream ``head/<layer>``. */
export interface LayerShape {
  id: string;
  parent: string | null;
  key: string;
  title: string;
  color: string;
  published: boolean;
  count?: number;
  group?: boolean;
  driven?: boolean | null;
  locked?: boolean;
  restricted?: boolean;
  opacity?: number;
  note?: string;
  read?: string;
  write?: string;
  voters?: Record<string, number>;
  scenes?: string[];
  spotlight?: boolean;
  add?: string;
  seats?: Record<string, [string, string, string]>;
  private?: boolean;
  reveals?: string;
}

/** A node: a record of the stream ``body/<layer>``. ``x``, ``y`` is its top left corner. */
export interface NodeShape {
  id: string;
  key: string;
  x: number;
  y: number;
  w: number;
  h: number;
  kind?: string;
  title?: string[];
  text?: string[];
  color?: string | null;
  href?: string;
  tags?: string[];
  lang?: string;
  shape?: string;
  angle?: number;
  locked?: boolean;
  text_size?: string;
  font?: number;
  image?: string;
  points?: number[];
  alt?: string;
  round?: string;
  votes?: Record<string, Votes>;
}

/** What a node got in a round that is closed; ``by``: from each seat, where it was named. */
export interface Votes {
  count: number;
  by?: Record<string, number>;
}

/** A relation: a record of the stream ``pair/<layer>/<layer>``. Drawn when both ends are. */
export interface RelationShape {
  id: string;
  source: string;
  target: string;
  label?: string[];
  dashed?: boolean;
  color?: string | null;
  lang?: string;
  line?: string;
  start?: string;
  end?: string;
}

/** A comment: a record of the stream ``talk/<layer>``, on a node, a place or a comment. */
export interface CommentShape {
  id: string;
  text: string;
  at: number;
  by?: string;
  node?: string;
  answers?: string;
  x?: number;
  y?: number;
  resolved?: boolean;
  lang?: string;
}

/** A scene: a record of the stream ``board``, with the id ``scene/<scene>``. */
export interface SceneShape {
  id: string;
  key: string;
  title?: string;
  note?: string;
  spoken?: string;
  viewport?: [number, number, number, number] | null;
  lang?: string;
}

/** A step of the agenda: a record of the stream ``board``, with the id ``step/<step>``. */
export interface StepShape {
  id: string;
  key: string;
  title?: string;
  note?: string;
  question?: string;
  scene?: string;
  timer_ms?: number;
  round?: string;
  lang?: string;
}

/** The timer: the record ``timer`` of the stream ``board``. */
export interface TimerShape {
  id: string;
  left_ms: number;
  at_ms: number;
  running?: boolean;
}

/** Where everyone who follows was brought: the record ``look`` of the stream ``board``. */
export interface LookShape {
  id: string;
  viewport: [number, number, number, number];
  number: number;
}

/** A round of voting: a record of the stream ``board``, with the id ``round/<id>``. */
export interface RoundShape {
  id: string;
  number: number;
  question: string;
  votes: number;
  open?: boolean;
  several?: boolean;
  named?: boolean;
  live?: boolean;
  by_link?: boolean;
  again?: string;
}

/** A seat, for those who lead: a record ``seat/<client>`` of the stream ``lead``. */
export interface SeatShape {
  id: string;
  link: string;
  name?: string;
  role?: string;
  removed?: boolean;
}

/** A share link, for those who lead: a record ``link/<id>`` of the stream ``lead``. */
export interface LinkShape {
  id: string;
  role: string;
  generation: number;
  name?: string;
  expires_ms?: number;
  single?: boolean;
  seat?: string;
}

/** A private round: a record ``private/<id>`` of the stream ``board``, which all may read. */
export interface PrivateShape {
  id: string;
  question: string;
  open?: boolean;
  revealed?: boolean;
}

/** How much was written in an open private round: ``private/<id>`` of the stream ``lead``. */
export interface WrittenShape {
  id: string;
  stickies?: number;
  people?: number;
}

/** Set the board's main language. */
export interface BoardSet {
  op: "board.set";
  lang: string;
}

/** Put the board away: it is read as before and refuses every change; or end that. */
export interface BoardArchive {
  op: "board.archive";
  archived: boolean;
}

/** Create a layer, or a group that holds layers. */
export interface LayerCreate {
  op: "layer.create";
  id: string;
  parent?: string | null;
  before?: string | null;
  key?: string;
  group?: boolean;
  color?: string;
  opacity?: number;
  published?: boolean;
  locked?: boolean;
  read?: Least;
  write?: Least;
  text?: Record<string, Record<string, string>>;
  add?: Least | null;
  seats?: Record<string, "add" | "read" | "write">;
}

/** Set properties of a layer, each for itself: what is left out stays. */
export interface LayerSet {
  op: "layer.set";
  id: string;
  key?: string;
  color?: string;
  opacity?: number;
  published?: boolean;
  locked?: boolean;
  read?: Least;
  write?: Least;
  add?: Least | null;
}

/** Move a layer under ``parent`` (None: the top), before its sibling ``before`` (None: last). */
export interface LayerMove {
  op: "layer.move";
  id: string;
  parent?: string | null;
  before?: string | null;
  key?: string;
}

/** Remove a layer with the layers, nodes and relations in it; a tombstone keeps them. */
export interface LayerRemove {
  op: "layer.remove";
  id: string;
}

/** Bring a removed layer back, with all that went with it. */
export interface LayerRestore {
  op: "layer.restore";
  id: string;
}

/** Give a seat a right in a layer, whatever its role; None: take that back. */
export interface LayerGrant {
  op: "layer.grant";
  id: string;
  seat: string;
  right?: "add" | "read" | "write" | null;
}

/** Create a node in a layer. ``x`` and ``y`` are its top left corner, in board units. */
export interface NodeCreate {
  op: "node.create";
  id: string;
  layer: string;
  kind?: "card" | "drawing" | "frame" | "image" | "shape" | "sticky" | "text";
  x?: number;
  y?: number;
  w?: number;
  h?: number;
  before?: string | null;
  key?: string;
  color?: string | null;
  href?: string;
  tags?: string[];
  source?: Source | null;
  text?: Record<string, Record<string, string>>;
  shape?: "cylinder" | "diamond" | "ellipse" | "hexagon" | "octagon" | "parallelogram" | "pentagon" | "rectangle" | "rounded" | "star" | "trapezoid" | "triangle" | null;
  angle?: number | null;
  locked?: boolean;
  text_size?: "huge" | "large" | "medium" | "small" | null;
  image?: string | null;
  points?: number[] | null;
}

/** Where a thing of a paper came from: its line (from 1) and the heading above it. */
export interface Source {
  line: number;
  heading: string;
}

/** Set properties of a node, each for itself; ``layer`` moves it to another layer. */
export interface NodeSet {
  op: "node.set";
  id: string;
  layer?: string;
  x?: number;
  y?: number;
  w?: number;
  h?: number;
  before?: string | null;
  key?: string;
  color?: string | null;
  href?: string;
  tags?: string[];
  shape?: "cylinder" | "diamond" | "ellipse" | "hexagon" | "octagon" | "parallelogram" | "pentagon" | "rectangle" | "rounded" | "star" | "trapezoid" | "triangle" | null;
  angle?: number | null;
  locked?: boolean;
  text_size?: "huge" | "large" | "medium" | "small" | null;
  image?: string | null;
  points?: number[] | null;
}

/** Remove a node with its relations; a tombstone keeps them. */
export interface NodeRemove {
  op: "node.remove";
  id: string;
}

/** Bring a removed node back, with its relations. */
export interface NodeRestore {
  op: "node.restore";
  id: string;
}

/** Relate two nodes, from ``source`` to ``target``. ``dashed`` marks our own reading. */
export interface RelationCreate {
  op: "relation.create";
  id: string;
  source: string;
  target: string;
  dashed?: boolean;
  color?: string | null;
  text?: Record<string, Record<string, string>>;
  line?: "curved" | "elbow" | "straight" | null;
  start?: "arrow" | "bar" | "diamond" | "dot" | "none" | null;
  end?: "arrow" | "bar" | "diamond" | "dot" | "none" | null;
}

/** Set properties of a relation, each for itself. */
export interface RelationSet {
  op: "relation.set";
  id: string;
  dashed?: boolean;
  color?: string | null;
  line?: "curved" | "elbow" | "straight" | null;
  start?: "arrow" | "bar" | "diamond" | "dot" | "none" | null;
  end?: "arrow" | "bar" | "diamond" | "dot" | "none" | null;
}

/** Remove a relation; a tombstone keeps it. */
export interface RelationRemove {
  op: "relation.remove";
  id: string;
}

/** Bring a removed relation back. */
export interface RelationRestore {
  op: "relation.restore";
  id: string;
}

/** Say something about a node, about a place in a layer, or in answer to another comment. */
export interface CommentCreate {
  op: "comment.create";
  id: string;
  layer?: string | null;
  node?: string | null;
  answers?: string | null;
  x?: number;
  y?: number;
  by?: string;
  at?: number;
  text?: Record<string, Record<string, string>>;
}

/** Resolve a thread, or open it again. */
export interface CommentSet {
  op: "comment.set";
  id: string;
  resolved: boolean;
}

/** Remove a comment with its answers; a tombstone keeps them. */
export interface CommentRemove {
  op: "comment.remove";
  id: string;
}

/** Bring a removed comment back, with its answers. */
export interface CommentRestore {
  op: "comment.restore";
  id: string;
}

/** Set one text, named by (owner, id, field, language); "" removes it. */
export interface TextSet {
  op: "text.set";
  owner: "board" | "comment" | "layer" | "node" | "relation" | "scene" | "step";
  field: "alt" | "description" | "label" | "note" | "question" | "spoken" | "text" | "title";
  lang: string;
  text: string;
  base: string;
  id?: string;
}

/** Open the stage (what is driven shows to all who follow) or close it. */
export interface StageSet {
  op: "stage.set";
  open: boolean;
  locked?: boolean;
}

/** Drive layers for everyone who follows: True on, False off, None as published. */
export interface StageDrive {
  op: "stage.drive";
  layers: Record<string, boolean | null>;
}

/** Let one layer stand out for everyone who follows: the others are dimmed. None ends that. */
export interface StageSpotlight {
  op: "stage.spotlight";
  layer?: string | null;
}

/** Bring everyone who follows to a part of the board; None: nowhere any more. */
export interface StageLook {
  op: "stage.look";
  viewport?: [number, number, number, number] | null;
}

/** Show the cursors of those who do not lead to everybody, as is usual, or hide them. */
export interface StageCursors {
  op: "stage.cursors";
  shown: boolean;
}

/** Make a scene: the layers that are on in it, and what is to be seen (None: all of it). */
export interface SceneCreate {
  op: "scene.create";
  id: string;
  layers?: string[];
  viewport?: [number, number, number, number] | null;
  before?: string | null;
  key?: string;
  text?: Record<string, Record<string, string>>;
}

/** Set properties of a scene, each for itself; ``layers`` says which are on in it or not. */
export interface SceneSet {
  op: "scene.set";
  id: string;
  layers?: Record<string, boolean>;
  viewport?: [number, number, number, number] | null;
}

/** Move a scene before another (None: to the end). */
export interface SceneMove {
  op: "scene.move";
  id: string;
  before?: string | null;
  key?: string;
}

/** Remove a scene. What is in it stays on the board. */
export interface SceneRemove {
  op: "scene.remove";
  id: string;
}

/** Show a scene to everyone who follows; None: none is shown any more. */
export interface SceneShow {
  op: "scene.show";
  scene?: string | null;
}

/** Set the timer: so much is left, from the moment of the entry; 0 takes it away. */
export interface TimerSet {
  op: "timer.set";
  running: boolean;
  left_ms: number;
}

/** Make a step of the agenda: what is switched when it is gone to. */
export interface StepCreate {
  op: "step.create";
  id: string;
  scene?: string | null;
  timer_ms?: number | null;
  round?: "vote" | "write" | null;
  before?: string | null;
  key?: string;
  text?: Record<string, Record<string, string>>;
}

/** Set properties of a step, each for itself. */
export interface StepSet {
  op: "step.set";
  id: string;
  scene?: string | null;
  timer_ms?: number | null;
  round?: "vote" | "write" | null;
}

/** Move a step before another (None: to the end). */
export interface StepMove {
  op: "step.move";
  id: string;
  before?: string | null;
  key?: string;
}

/** Remove a step. */
export interface StepRemove {
  op: "step.remove";
  id: string;
}

/** Go to a step of the agenda, None: to none. */
export interface AgendaGo {
  op: "agenda.go";
  step?: string | null;
}

/** Open a round of voting: ``votes`` for each person, on some of the nodes. */
export interface RoundOpen {
  op: "round.open";
  id: string;
  question: string;
  votes?: number;
  layer?: string | null;
  tag?: string | null;
  nodes?: string[];
  several?: boolean;
  named?: boolean;
  live?: boolean;
  by_link?: boolean;
  again?: string | null;
  number?: number;
}

/** Close a round of voting. What it has come to is filled in by the server, which counts. */
export interface RoundClose {
  op: "round.close";
  id: string;
  tally?: Record<string, number>;
  voters?: Record<string, number>;
  by?: Record<string, Record<string, number>>;
}

/** Remove a round of voting with what it has come to. */
export interface RoundRemove {
  op: "round.remove";
  id: string;
}

/** Open a private round: people write stickies on a question, each seen by nobody else. */
export interface PrivateOpen {
  op: "private.open";
  id: string;
  question: string;
  layer: string;
  number?: number;
}

/** Begin to write in a private round: a layer is made that is there for this seat alone. */
export interface PrivateEnter {
  op: "private.enter";
  id: string;
  seat?: string | null;
  layer?: string | null;
}

/** Reveal what was written in a private round, all at once, and end the round. */
export interface PrivateReveal {
  op: "private.reveal";
  id: string;
  named: boolean;
  order?: "author" | "random";
  layer?: string | null;
  seed?: string;
}

/** End a private round without revealing anything: what was written is destroyed. */
export interface PrivateClose {
  op: "private.close";
  id: string;
}

/** Open the board to be read by anyone without a link, or end that. */
export interface AccessSet {
  op: "access.set";
  public: boolean;
}

/** Let everybody below a facilitator wait: no layer is there for them; or end that. */
export interface AccessWait {
  op: "access.wait";
  waiting: boolean;
}

/** Make a share link, or change it; a higher generation revokes all its earlier tokens. */
export interface LinkSet {
  op: "link.set";
  id: string;
  role: Role;
  generation: number;
  name?: string;
  expires_ms?: number;
  single?: boolean;
}

/** Set what is known of a seat (one client), each for itself: what is left out stays. */
export interface SeatSet {
  op: "seat.set";
  id: string;
  link?: string;
  name?: string;
  role?: Role | null;
  removed?: boolean;
}

/** The first frame: who I am, what I have, what I see. */
export interface Hello {
  t: "hello";
  protocol: number;
  ticket: string;
  have?: Record<string, number>;
  own?: string[] | null;
  viewport?: [number, number, number, number] | null;
  name?: string;
}

/** One atomic batch of operations, under the client's next number. */
export interface Submit {
  t: "submit";
  n: number;
  ops: AnyOp[];
}

/** Take back what I submitted under the number ``of``; a submit of its own, numbered ``n``. */
export interface Undo {
  t: "undo";
  n: number;
  of: number;
}

/** Follow the bodies of these layers, too; ``have``: what I hold of their streams, as in hello. */
export interface Follow {
  t: "follow";
  layers: string[];
  have?: Record<string, number>;
  viewport?: [number, number, number, number] | null;
}

/** Follow the bodies of these layers no longer. */
export interface Unfollow {
  t: "unfollow";
  layers: string[];
}

/** My presence: whether I follow, or lead, or am on my own view (both: false); my name. */
export interface Here {
  t: "here";
  following: boolean;
  name?: string;
  hand?: boolean;
  watch?: string | null;
}

/** A facilitator lowers the raised hand of a seat; null: all hands. */
export interface Lower {
  t: "lower";
  seat?: string | null;
}

/** What I am doing just now, for others to see. What is left out stays as it was. */
export interface Present {
  t: "present";
  cursor?: [number, number] | null;
  selection?: string[];
  drag?: ([string, number, number, number, number, number])[];
  typing?: Typing | null;
  viewport?: [number, number, number, number] | null;
  pointer?: ([number, number])[];
  reaction?: "agree" | "celebrate" | "disagree" | "heart" | "idea" | "laugh";
}

/** The text of a node that somebody is typing in. */
export interface Typing {
  id: string;
  field: "alt" | "text" | "title";
}

/** A question about the board. The answer comes with the same ``id``, when it is there. */
export interface Ask {
  t: "ask";
  id: number;
  question: Search | Neighbours | Path | Degrees | Communities;
}

/** Where do these words stand? All of them; the last may be the beginning of a word. */
export interface Search {
  about: "search";
  text: string;
}

/** What lies within ``depth`` relations of a node? */
export interface Neighbours {
  about: "neighbours";
  node: string;
  depth?: number;
}

/** What is the shortest way between two nodes? ``directed``: along the relations' arrows. */
export interface Path {
  about: "path";
  source: string;
  target: string;
  directed?: boolean;
}

/** Which nodes have most relations, and which have none? */
export interface Degrees {
  about: "degrees";
}

/** Which nodes belong together? */
export interface Communities {
  about: "communities";
}

/** I wish to hear of votes: ``voted`` and ``tally`` come now, if a round is open, and later. */
export interface Voter {
  t: "voter";
  secret?: string;
}

/** My ballot in a round: all that I vote for, in the place of what I voted for before. */
export interface Vote {
  t: "vote";
  id: number;
  round: string;
  ballot: Record<string, number>;
}

/** A heartbeat, both ways: each side answers none, and sends its own every ``beat_s``. */
export interface Beat {
  t: "beat";
  at_ms?: number;
}

/** The answer to hello. What the session lacks of its streams comes after it, then ``ready``. */
export interface Welcome {
  t: "welcome";
  protocol: number;
  role: string;
  seat: string;
  last: number;
  follow: string[];
  beat_s: number;
  ops_max: number;
  at_ms: number;
}

/** Forget what is held of these streams: their records come anew, in chunks. */
export interface Begin {
  t: "begin";
  streams: Record<string, number>;
}

/** A part of one stream's records. Later frames win over earlier ones, by id. */
export interface Chunk {
  t: "chunk";
  stream: string;
  put: Shape[];
}

/** Of these begun streams everything has been sent. ``ready``: of all that hello asked for. */
export interface Synced {
  t: "synced";
  streams?: string[];
  ready?: boolean;
}

/** What changed, in all streams that one commit touched: to be applied as one. */
export interface Patch {
  t: "patch";
  parts: Part[];
}

/** What changed in one stream, from version ``since`` to ``version``. */
export interface Part {
  stream: string;
  since: number;
  version: number;
  put?: Shape[];
  drop?: string[];
}

/** These streams have ended for this client, as if their content had been removed. */
export interface End {
  t: "end";
  streams: string[];
}

/** Submit ``n`` is on disk. ``skipped``: so many parts of an undo had been overtaken. */
export interface Ack {
  t: "ack";
  n: number;
  skipped?: number;
}

/** Submit ``n`` was refused, for good, and changed nothing. ``where`` names the place. */
export interface Reject {
  t: "reject";
  n: number;
  code: string;
  message: string;
  where?: string;
}

/** A text in submit ``n`` was typed over what is no longer there; ``current`` is there now. */
export interface Conflict {
  t: "conflict";
  n: number;
  where: string;
  current: string;
}

/** Submit ``n`` was not looked at: send it and all after it again, in ``after_ms``. */
export interface Retry {
  t: "retry";
  n: number;
  after_ms: number;
}

/** What was asked under ``id``, or why there is no answer. */
export interface Answer {
  t: "answer";
  id: number;
  result: Found | Near | Way | Ranking | Groups | Unanswered;
}

/** The best hits, at most FOUND_MAX. There are ``count`` of them; ``more``: at least. */
export interface Found {
  about: "search";
  hits?: Hit[];
  count?: number;
  more?: boolean;
}

/** A layer, node, relation or comment that was found. ``layers`` are those that show it. */
export interface Hit {
  owner: string;
  id: string;
  layers: string[];
  title?: string[];
  snippet?: string[];
  lang?: string;
  snippet_lang?: string;
  ends?: Mention[];
}

/** A node by its name ("": it has none). ``lang`` where that is not the board's language. */
export interface Mention {
  id: string;
  layer: string;
  title?: string;
  lang?: string;
}

/** The node itself and what lies around it, nearest first. ``more``: there are too many. */
export interface Near {
  about: "neighbours";
  nodes: Far[];
  more?: boolean;
}

/** A node and how many relations away it is. */
export interface Far {
  node: Mention;
  distance: number;
}

/** The nodes on a shortest way, and the relations between them; none: there is no way. */
export interface Way {
  about: "path";
  nodes?: Mention[];
  hops?: Hop[];
}

/** A relation on a way. ``forward``: the way goes along its arrow. */
export interface Hop {
  relation: string;
  label?: string;
  lang?: string;
  forward?: boolean;
}

/** Nodes by their relations, most first, and those without: at most RANKED_MAX of each. */
export interface Ranking {
  about: "degrees";
  related?: Degree[];
  related_count?: number;
  unrelated?: Mention[];
  unrelated_count?: number;
}

/** A node and how many relations it has. */
export interface Degree {
  node: Mention;
  relations: number;
}

/** What belongs together, the largest first, at most GROUPS_MAX; there are ``count``. */
export interface Groups {
  about: "communities";
  groups?: Group[];
  count?: number;
}

/** Nodes that belong together, and the one of them with most relations. */
export interface Group {
  head: Mention;
  nodes: string[];
  layers: string[];
  locked?: string[];
}

/** There is no answer: ``code`` and ``message`` say why. */
export interface Unanswered {
  about: "unanswered";
  code: string;
  message: string;
}

/** My ballot in a round, as it counts: on disk. ``code``: why the one that I sent does not. */
export interface Voted {
  t: "voted";
  id: number;
  round: string;
  ballot?: Record<string, number>;
  code?: string;
  message?: string;
  where?: string;
}

/** How many have voted in the open round, on what I may read. */
export interface Tally {
  t: "tally";
  round: string;
  voters: number;
  votes?: Record<string, number>;
  reset?: boolean;
}

/** Who is here, and what they are doing: newest wins, may be lost. */
export interface Presence {
  t: "presence";
  here: number;
  following: number;
  put?: Person[];
  drop?: string[];
  reset?: boolean;
  doing?: Doing[];
}

/** Somebody who is here: with a name, if they gave one, and a colour of the palette. */
export interface Person {
  seat: string;
  role: string;
  following?: boolean;
  name?: string;
  color?: string;
  hand?: number;
  watching?: string;
}

/** What somebody is doing, as in ``present``. What is left out is as it was; at first: none. */
export interface Doing {
  seat: string;
  cursor?: [number, number] | null;
  selection?: string[];
  drag?: ([string, number, number, number, number, number])[];
  typing?: Typing | null;
  viewport?: [number, number, number, number] | null;
  pointer?: ([number, number])[];
  reaction?: ["agree" | "celebrate" | "disagree" | "heart" | "idea" | "laugh", number] | null;
}

/** The server is about to close: come back in ``after_ms``. */
export interface Goaway {
  t: "goaway";
  after_ms: number;
}

export type Shape =
  | BoardShape
  | LayerShape
  | NodeShape
  | RelationShape
  | CommentShape
  | SceneShape
  | StepShape
  | TimerShape
  | LookShape
  | RoundShape
  | SeatShape
  | LinkShape
  | PrivateShape
  | WrittenShape;

export type AnyOp =
  | BoardSet
  | BoardArchive
  | LayerCreate
  | LayerSet
  | LayerMove
  | LayerRemove
  | LayerRestore
  | LayerGrant
  | NodeCreate
  | NodeSet
  | NodeRemove
  | NodeRestore
  | RelationCreate
  | RelationSet
  | RelationRemove
  | RelationRestore
  | CommentCreate
  | CommentSet
  | CommentRemove
  | CommentRestore
  | TextSet
  | StageSet
  | StageDrive
  | StageSpotlight
  | StageLook
  | StageCursors
  | SceneCreate
  | SceneSet
  | SceneMove
  | SceneRemove
  | SceneShow
  | TimerSet
  | StepCreate
  | StepSet
  | StepMove
  | StepRemove
  | AgendaGo
  | RoundOpen
  | RoundClose
  | RoundRemove
  | PrivateOpen
  | PrivateEnter
  | PrivateReveal
  | PrivateClose
  | AccessSet
  | AccessWait
  | LinkSet
  | SeatSet;

export type AnyQuestion =
  | Search
  | Neighbours
  | Path
  | Degrees
  | Communities;

export type AnyResult =
  | Found
  | Near
  | Way
  | Ranking
  | Groups
  | Unanswered;

export type Inbound =
  | Hello
  | Submit
  | Undo
  | Follow
  | Unfollow
  | Here
  | Lower
  | Present
  | Ask
  | Voter
  | Vote
  | Beat;

export type Outbound =
  | Welcome
  | Begin
  | Chunk
  | Synced
  | Patch
  | End
  | Ack
  | Reject
  | Conflict
  | Retry
  | Answer
  | Voted
  | Tally
  | Presence
  | Goaway
  | Beat;

export type Role = "viewer" | "participant" | "facilitator" | "owner";
export type Least = Role | "nobody";
