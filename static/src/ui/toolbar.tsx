import { text } from "../i18n/index.js";
import { ZOOM_STEP } from "./actions.js";
import { Icon, type IconName } from "./icon.js";
import type { Store } from "./store.js";

/** Whose view this is, and the one action that leads back to the common one. */
export function ViewState({ store }: { store: Store }) {
  if (!store.ready.value) return <div class="view-state" />;
  const { session } = store;
  const open = store.stageOpen.value;
  if (store.leads.value) {
    return (
      <div class="view-state">
        <p class="pill leading">
          <Icon name="presentation" size={16} />
          <strong>{text.leading}</strong>
          <span class="aside">{text.leadingFollowers(store.following.value)}</span>
        </p>
      </div>
    );
  }
  if (store.own.value) {
    return (
      <div class="view-state">
        <div class="pill own">
          <Icon name="eye" size={16} />
          <strong>{text.ownView}</strong>
          {store.hasLead.value && <span class="aside">{text.leadingAlone}</span>}
          <button type="button" class="button quiet strong" onClick={() => session.follow()}>
            <Icon name="undo" size={16} />
            {store.hasLead.value ? text.backToLeading : text.followAgain}
          </button>
        </div>
      </div>
    );
  }
  if (!open) return <Following aside={text.nobodyLeads} />;
  const led = store.facilitatorHere.value;
  if (!session.isFacilitator) return led ? <Following led /> : <Following aside={text.facilitatorAway} matters />;
  return (
    <div class="view-state">
      <div class="pill following led">
        <Icon name="radio" size={16} />
        <strong>{led ? text.followingLed : text.leadOn}</strong>
        <button type="button" class="button quiet strong" title={text.leadTooHint} onClick={() => session.lead()}>
          {text.leadToo}
        </button>
        {!led && (
          <button type="button" class="button quiet strong" onClick={() => session.stopLeading()}>
            {text.stopLeading}
          </button>
        )}
      </div>
    </div>
  );
}

/** `matters`: what stands aside is said in a narrow window, too. */
function Following({ led = false, aside, matters = false }: { led?: boolean; aside?: string; matters?: boolean }) {
  return (
    <div class="view-state">
      <p class={led ? "pill following led" : "pill following"}>
        <Icon name="radio" size={16} />
        <strong>{led ? text.followingLed : text.following}</strong>
        {aside !== undefined && <span class={matters ? "aside matters" : "aside"}>{aside}</span>}
      </p>
    </div>
  );
}

/** How many are here, and how many of them follow. */
export function People({ store }: { store: Store }) {
  const here = store.here.value;
  if (here === 0) return null;
  const counts = (
    <>
      <Icon name="users" />
      <span class="people-here">{text.here(here)}</span>
      <span class="people-count" aria-hidden="true">
        {here}
      </span>
      {here > 1 && !store.leads.value && <span class="people-follow">{text.follow(store.following.value)}</span>}
    </>
  );
  // who came without a link is told how many are here, and not who
  if (!store.linked.value) {
    return (
      <p class="people" title={text.peopleHint}>
        {counts}
      </p>
    );
  }
  const open = store.peopleOpen.value;
  return (
    <button
      type="button"
      class="button people"
      title={text.peopleHint}
      aria-expanded={open}
      aria-controls="people"
      onClick={() => {
        store.loadTogether();
        store.peopleOpen.value = !open;
      }}
    >
      {counts}
    </button>
  );
}

/** The truth about the connection: in words and in a sign, never by colour alone. */
export function Connection({ store }: { store: Store }) {
  const { sign, words, tone, hint } = connection(store);
  return (
    <p class={`connection ${tone}`} title={hint}>
      <span class="spoken">{text.connection}: </span>
      <Icon name={sign} />
      <span class="connection-words">{words}</span>
      <span class="spoken"> {hint}</span>
    </p>
  );
}

interface Sign {
  readonly sign: IconName;
  readonly words: string;
  readonly tone: "good" | "busy" | "bad";
  readonly hint?: string;
}

function connection(store: Store): Sign {
  const unsaved = store.unsaved.value;
  const { kind } = store.status.value;
  const via = store.world.via.value;
  if (kind === "live") {
    if (store.saving.value) return { sign: "cloudUpload", words: text.saving, tone: "busy" };
    return { sign: "cloudCheck", words: text.live, hint: text.liveHint, tone: "good", ...via[kind] };
  }
  if (unsaved > 0) return { sign: "alert", words: text.unsaved(unsaved), tone: "bad" };
  switch (kind) {
    case "connecting":
      return { sign: "refresh", words: text.connecting, tone: "busy" };
    case "reconnecting":
      return { sign: "refresh", words: text.reconnecting, tone: "bad", ...via[kind] };
    case "offline":
      return { sign: "wifiOff", words: text.offline, tone: "bad" };
    case "stopped":
      return { sign: "cloudOff", words: text.stopped, tone: "bad" };
  }
}

/** Zooming, for those who do not pinch or turn a wheel. */
export function ZoomBar({ store }: { store: Store }) {
  return (
    <div class="bar zoom" data-covers role="group" aria-label={text.zoom}>
      <button
        type="button"
        class="button square"
        aria-label={text.zoomOut}
        title={text.zoomOut}
        onClick={() => store.canvas?.zoomBy(1 / ZOOM_STEP)}
      >
        <Icon name="minus" />
      </button>
      <span class="percent">{text.percent(store.zoom.value)}</span>
      <button
        type="button"
        class="button square"
        aria-label={text.zoomIn}
        title={text.zoomIn}
        onClick={() => store.canvas?.zoomBy(ZOOM_STEP)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        class="button square"
        aria-label={text.fit}
        title={text.fit}
        onClick={() => store.fit()}
      >
        <Icon name="maximize" />
      </button>
    </div>
  );
}
