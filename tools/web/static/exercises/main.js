// What a page with predictions and exercises loads, as one plain script.

import { serve } from "./forms.js";
import { predict } from "./predictions.js";

for (const details of document.querySelectorAll("details.softmax-prediction")) predict(details);
for (const form of document.querySelectorAll("form.softmax-exercise")) serve(form);
