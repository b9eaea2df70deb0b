import ellipsis from "lucide-static/icons/ellipsis.svg";
import { Glyph } from "../ui/icon.js";

/** The sign of a menu with more. */
export function More() {
  return <Glyph name="ellipsis" markup={ellipsis} size={16} />;
}
