// The explorers that there are, by the name that their place on a page bears.

import { render as attention } from "../../../../softmax_lab/explorers/javascript/attention.js";
import { render as balance } from "../../../../softmax_lab/explorers/javascript/balance.js";
import { render as charts } from "../../../../softmax_lab/explorers/javascript/charts.js";
import { render as gradient_check } from "../../../../softmax_lab/explorers/javascript/gradient_check.js";
import { render as jacobian } from "../../../../softmax_lab/explorers/javascript/jacobian.js";
import { render as simplex } from "../../../../softmax_lab/explorers/javascript/simplex.js";
import { render as stability } from "../../../../softmax_lab/explorers/javascript/stability.js";
import { render as training } from "../../../../softmax_lab/explorers/javascript/training.js";

export const KINDS = {
  ...{ attention, balance, charts, gradient_check, jacobian, simplex, stability, training },
};
