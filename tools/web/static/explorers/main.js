// What a page with explorers loads, as one plain script: modules would need a server that says what
// they are, and Chromium takes none from a file.

import { openPage } from "./page.js";
import { makePlaces } from "./places.js";

openPage();
makePlaces();
