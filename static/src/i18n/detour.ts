// The texts about other ways to the board than a websocket, which are loaded with those.

export const detour = {
  live: "Live over HTTP",
  events:
    "Everything is saved and up to date. The network here lets no websocket through, so changes travel as web requests.",
  polls:
    "Everything is saved and up to date, a moment later than usual. The network here holds live connections back, so the page asks for changes again and again.",
  blocked: "Updates are blocked",
  blockedHint:
    "Pages come through, but no live connection does: a proxy or firewall on the way holds it back. Whoever runs this network can let websockets or event streams to this address through. The page goes on trying.",
};
