/** Where the image of a board is, by its name. */
export function imageAddress(board: string, name: string): string {
  return `/api/boards/${encodeURIComponent(board)}/images/${encodeURIComponent(name)}`;
}
