// The page of a board. Pages without one (the front page, messages) have only the styles.

import { render } from "preact";
import "@fontsource/inter/400.css";
import "@fontsource/inter/500.css";
import "@fontsource/inter/600.css";
import "./generated/palette.css";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/board.css";
import { App } from "./ui/app.js";
import { Store } from "./ui/store.js";

const { board } = document.body.dataset;
const root = document.getElementById("app");
if (board !== undefined && root !== null) {
  const store = new Store(board);
  // the live outline takes the place of the one that the server wrote
  document.getElementById("outline")?.remove();
  document.documentElement.classList.add("live");
  render(<App store={store} />, root);
  // for the console, and for the tests that ask what is drawn
  Object.assign(window, { board: store });
}
