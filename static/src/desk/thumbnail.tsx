import { useEffect, useRef, useState } from "preact/hooks";
import type { Pictures } from "./pictures.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Which theme a picture is for; follows the system's. */
function useTheme(): string {
  const [isDark, set] = useState(dark.matches);
  useEffect(() => {
    const change = (): void => set(dark.matches);
    dark.addEventListener("change", change);
    return () => dark.removeEventListener("change", change);
  }, []);
  return isDark ? "dark" : "light";
}

/** A picture in small. It says nothing that is not said beside it; it is fetched once it is near the window. */
export function Thumbnail({ pictures, path, version }: { pictures: Pictures; path: string; version: string }) {
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const [source, set] = useState(() => pictures.held(path, version, theme) ?? "");
  useEffect(() => {
    let wanted = true;
    const fetchIt = (): void => {
      pictures.picture(path, version, theme).then(
        (found) => wanted && set(found),
        () => undefined, // without a picture there is still everything else
      );
    };
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        fetchIt();
      },
      { rootMargin: "200px" },
    );
    if (host.current !== null) seen.observe(host.current);
    return () => {
      wanted = false;
      seen.disconnect();
    };
  }, [path, version, theme]);
  return (
    <div class="thumbnail" ref={host}>
      {source !== "" && <img src={source} alt="" draggable={false} />}
    </div>
  );
}
