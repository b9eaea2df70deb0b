// Icons of what edits; they are loaded with it.

import comment from "lucide-static/icons/message-square.svg";
import copy from "lucide-static/icons/copy.svg";
import ellipsis from "lucide-static/icons/ellipsis.svg";
import folderPlus from "lucide-static/icons/folder-plus.svg";
import frame from "lucide-static/icons/frame.svg";
import image from "lucide-static/icons/image.svg";
import link from "lucide-static/icons/link.svg";
import pencil from "lucide-static/icons/pencil.svg";
import card from "lucide-static/icons/rectangle-horizontal.svg";
import redo from "lucide-static/icons/redo-2.svg";
import shape from "lucide-static/icons/shapes.svg";
import drawing from "lucide-static/icons/spline.svg";
import sticky from "lucide-static/icons/sticky-note.svg";
import trash from "lucide-static/icons/trash-2.svg";
import letters from "lucide-static/icons/type.svg";
import { Glyph } from "../ui/icon.js";

const icons = {
  card, comment, copy, drawing, ellipsis, folderPlus, frame, image, link, pencil, redo, shape, sticky, text: letters, trash,
};

export type EditIconName = keyof typeof icons;

export function EditIcon({ name, size = 18 }: { name: EditIconName; size?: number }) {
  return <Glyph name={name} markup={icons[name]} size={size} />;
}

/** The icon of a kind of node. */
export function KindIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  return <EditIcon name={kind in icons ? (kind as EditIconName) : "card"} size={size} />;
}
