#include "model/parameter_table.h"

#include <numeric>

namespace stip {
namespace {

using Shape = std::vector<std::int64_t>;

// Collects a layer's weight and bias under one name.
class Table {
 public:
  void layer(const std::string& name, Shape weight, std::int64_t bias) {
    entries_.push_back({name + ".weight", std::move(weight)});
    entries_.push_back({name + ".bias", {bias}});
  }
  void norm(const std::string& name, const Shape& shape) {
    entries_.push_back({name + ".weight", shape});
    entries_.push_back({name + ".bias", shape});
  }
  std::vector<ParameterEntry> take() { return std::move(entries_); }

 private:
  std::vector<ParameterEntry> entries_;
};

void add_encoder(Table& table, const ModelConfig& c, const std::string& branch) {
  table.layer(branch + "_encoder3d.encoder3d_" + branch + "_conv-1",
              {c.hidden, c.frame_channels(), c.clip, 1, 1}, c.hidden);
  for (int i = 0; i < c.levels; ++i) {
    const std::string level = std::to_string(i);
    table.layer(branch + "_encoders." + level + ".encoder_" + branch + level,
                {c.hidden, c.hidden, 3, 3}, c.hidden);
  }
}

void add_decoder(Table& table, const ModelConfig& c, const std::string& branch) {
  for (int i = 0; i < c.levels; ++i) {
    const std::string level = std::to_string(i);
    table.layer(branch + "_decoders." + level + "." + branch + "_decoder" + level,
                {c.hidden, c.hidden, 3, 3}, c.hidden);
  }
  table.layer(branch + "_srcnn.0", {c.frame_channels(), c.hidden, 1, 1}, c.frame_channels());
}

void add_cell(Table& table, const ModelConfig& c, int index) {
  const std::int64_t gates = 4 * std::int64_t{c.hidden};
  const Shape norm =
      c.norm == Norm::kLayer ? Shape{gates, c.core_height(), c.core_width()} : Shape{gates};
  for (const char* branch : {"t", "s"}) {
    const std::string name = "cell_list." + std::to_string(index) + ".conv_" + branch;
    table.layer(name + ".0", {gates, c.hidden, c.kernel, c.kernel}, gates);
    table.norm(name + ".1", norm);
  }
}

std::int64_t total(const std::vector<ParameterEntry>& entries) {
  return std::accumulate(entries.begin(), entries.end(), std::int64_t{0},
                         [](std::int64_t sum, const ParameterEntry& e) { return sum + e.count(); });
}

}  // namespace

std::int64_t ParameterEntry::count() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<ParameterEntry> parameter_table(const ModelConfig& c) {
  Table table;
  for (int l = 0; l < c.layers; ++l) add_cell(table, c, l);
  add_encoder(table, c, "s");
  if (c.encoder == EncoderKind::kSpatiotemporal) add_encoder(table, c, "t");
  add_decoder(table, c, "s");
  add_decoder(table, c, "t");
  table.layer("merge_t", {c.hidden, 2 * std::int64_t{c.hidden}, 1, 1}, c.hidden);
  table.layer("conv_last_sr", {c.frame_channels(), 2 * std::int64_t{c.frame_channels()}, 1, 1},
              c.frame_channels());
  return table.take();
}

std::vector<ParameterEntry> unused_parameter_table(const ModelConfig& c) {
  Table table;
  const Shape joining = {c.hidden, 2 * std::int64_t{c.hidden}, 1, 1};
  for (int l = 0; l < c.layers; ++l) {
    table.layer("cell_list." + std::to_string(l) + ".conv_last", joining, c.hidden);
  }
  table.layer("merge", joining, c.hidden);
  return table.take();
}

std::int64_t parameter_count(const ModelConfig& config) { return total(parameter_table(config)); }

std::int64_t unused_parameter_count(const ModelConfig& config) {
  return total(unused_parameter_table(config));
}

std::int64_t step_multiply_adds(const ModelConfig& c) {
  const std::int64_t h = c.hidden, fc = c.frame_channels();
  const std::int64_t grid = std::int64_t{c.grid_height()} * c.grid_width();
  const std::int64_t core = std::int64_t{c.core_height()} * c.core_width();
  std::int64_t levels = 0;  // outputs of an encoder's levels, inputs of a decoder's
  for (int i = 1; i <= c.levels; ++i) levels += grid >> (2 * i);
  const std::int64_t encoders = c.encoder == EncoderKind::kSingle ? 1 : 2;
  const std::int64_t encoding = encoders * (grid * fc * h * c.clip + levels * h * h * 9);
  const std::int64_t memory =
      core * (2 * h * h + std::int64_t{c.layers} * 2 * 4 * h * h * c.kernel * c.kernel);
  const std::int64_t decoding = 2 * levels * h * h * 9 + grid * (2 * h * fc + 2 * fc * fc);
  return encoding + memory + decoding;
}

}  // namespace stip
