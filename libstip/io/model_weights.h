#pragma once

#include <string>

#include "io/model_file.h"
#include "io/tensors.h"
#include "model/generator.h"
#include "predict/engine/named_weights.h"

namespace stip {

/// A network read from a model file, on the CPU, fp32, in evaluation mode.
struct LoadedModel {
  ModelFileHeader header;
  Generator generator{nullptr};
};

/// Throws what SafetensorsReader and read_model_header() throw.
LoadedModel load_model_file(const std::string& path);

/// Writes a model file, atomically.
void save_model_file(const std::string& path, Generator& generator, const ModelFileHeader& header);

/// A network's parameters for the CPU engine. Borrows the network.
engine::NamedWeights named_weights(Generator& generator);

/// Copies `generator.*` tensors of an open, checked file into a network of that shape.
void read_generator(SafetensorsReader& file, Generator& generator);
void add_generator(TensorBundle& bundle, Generator& generator);

}  // namespace stip
