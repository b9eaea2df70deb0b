// The texts of the interface in the language that is spoken here. For now that is English.

import { type Catalogue, en } from "./en.js";

export type { Catalogue } from "./en.js";

export const text: Catalogue = en;
