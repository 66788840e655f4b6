// What a page with explorers loads, as one plain script: modules would need a server that says what
// they are, and Chromium takes none from a file.

import { makePlaces } from "./places.js";

makePlaces();
