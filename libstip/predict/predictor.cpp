#include "stip/predictor.h"

namespace stip {

Predictor::~Predictor() = default;
Model::~Model() = default;

}  // namespace stip
