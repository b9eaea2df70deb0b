// Style sheets that come with a script which is loaded later.

const adopted = new Set<string>();

/** Adds a sheet to the page, once. */
export function adopt(text: string): void {
  if (adopted.has(text)) return;
  adopted.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
