/*! The icons are Lucide's: ISC License. */
import { h } from "preact";
import check from "lucide-static/icons/check.svg";
import chevron from "lucide-static/icons/chevron-down.svg";
import cloudCheck from "lucide-static/icons/cloud-check.svg";
import cloudOff from "lucide-static/icons/cloud-off.svg";
import cloudUpload from "lucide-static/icons/cloud-upload.svg";
import externalLink from "lucide-static/icons/external-link.svg";
import eye from "lucide-static/icons/eye.svg";
import keyRound from "lucide-static/icons/key-round.svg";
import layers from "lucide-static/icons/layers.svg";
import listTree from "lucide-static/icons/list-tree.svg";
import lock from "lucide-static/icons/lock.svg";
import maximize from "lucide-static/icons/maximize.svg";
import minus from "lucide-static/icons/minus.svg";
import plus from "lucide-static/icons/plus.svg";
import presentation from "lucide-static/icons/presentation.svg";
import radio from "lucide-static/icons/radio.svg";
import refresh from "lucide-static/icons/refresh-cw.svg";
import search from "lucide-static/icons/search.svg";
import alert from "lucide-static/icons/triangle-alert.svg";
import undo from "lucide-static/icons/undo-2.svg";
import users from "lucide-static/icons/users.svg";
import wifiOff from "lucide-static/icons/wifi-off.svg";
import x from "lucide-static/icons/x.svg";

const icons = {
  alert, check, chevron, cloudCheck, cloudOff, cloudUpload, externalLink, eye, keyRound, layers,
  listTree, lock, maximize, minus, plus, presentation, radio, refresh, search, undo, users, wifiOff, x,
};

export type IconName = keyof typeof icons;

interface Part {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The shapes inside an icon's SVG, read once: markup is never put into the page as it is. */
function partsOf(markup: string): Part[] {
  return [...markup.matchAll(/<(\w+)\s([^>]*)\/>/g)].map(([, tag = "", rest = ""]) => ({
    tag,
    attributes: Object.fromEntries([...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  }));
}

const read = new Map<string, readonly Part[]>(); // by the icon's markup

function drawn(markup: string): readonly Part[] {
  const known = read.get(markup) ?? partsOf(markup);
  read.set(markup, known);
  return known;
}

/** An icon. It says nothing by itself: words stand beside it, or name its button. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return <Glyph name={name} markup={icons[name]} size={size} />;
}

/** An icon by its markup, for scripts that are loaded later and bring icons of their own. */
export function Glyph({ name, markup, size = 18 }: { name: string; markup: string; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {drawn(markup).map(({ tag, attributes }, at) => h(tag, { key: at, ...attributes }))}
    </svg>
  );
}
