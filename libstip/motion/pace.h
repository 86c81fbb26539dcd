#pragma once

#include "motion/cell_field.h"

namespace stip {

// Frames do not always stand for equal times: a video of 25 frames a second made into one of 10
// goes on by 2, 3, 2, 3 of them. What moved by the long step will not move so far in the next.

/// How much further things went in the newest step than in the one before, over the whole picture:
/// the logarithm to base 2, -2 to 2. 0 where that cannot be told: nothing moves, or the two steps
/// go different ways. `now`: the flow of the newest frame, `change`: flow_change() of it.
float pace_change(const CellField& now, const CellField& change);

/// Whether that changed by more than things do by themselves, and not as if they just went faster
/// or came to a stop. `now`: pace_change() of the newest step, `before`: of the one before.
bool is_uneven(float before, float now);

}  // namespace stip
