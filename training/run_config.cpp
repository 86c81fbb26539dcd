#include "run_config.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/device.h"
#include "io/model_config_text.h"
#include "io/yaml_section.h"

namespace stip::training {
namespace {

using Activation = DiscriminatorConfig::Activation;
using Kind = RateSchedule::Kind;

const Choices<Activation> kActivations = {{"relu", Activation::kRelu},
                                          {"leaky_relu", Activation::kLeakyRelu}};
const Choices<Kind> kSchedules = {{"constant", Kind::kConstant},
                                  {"steps", Kind::kSteps},
                                  {"cosine", Kind::kCosine},
                                  {"exponential", Kind::kExponential}};
const Choices<FrameLoss> kFrameLosses = {{"squared", FrameLoss::kSquared},
                                         {"relative", FrameLoss::kRelative},
                                         {"decibels", FrameLoss::kDecibels}};
const Choices<bool> kCounted = {{"all", false}, {"future", true}};
const Choices<bool> kStarts = {{"torch", false}, {"still", true}};
const Choices<bool> kTrainPrecisions = {{"fp32", false}, {"bf16", true}};
const Choices<ChannelsLast> kChannelsLast = {
    {"auto", ChannelsLast::kAuto}, {"true", ChannelsLast::kOn}, {"false", ChannelsLast::kOff}};

template <typename T>
void check(const char* key, T value, T low, T high) {
  if (value >= low && value <= high) return;  // refuses NaN too
  std::ostringstream text;
  text << key << " is " << value << "; accepted: " << low << " to " << high;
  throw Error(ErrorCode::kInvalidArgument, text.str());
}

SourceSpec read_source(const YAML::Node& node, const std::string& key) {
  SourceSpec spec;
  if (node.IsScalar()) {
    spec.path = node.Scalar();
    return spec;
  }
  YamlSection section(node, key);
  section.read("path", &spec.path);
  section.read("first", &spec.first);
  section.read("last", &spec.last);
  section.read("weight", &spec.weight);
  section.finish();
  if (spec.path.empty())
    throw Error(ErrorCode::kInvalidArgument, key + " has an entry without a path");
  return spec;
}

void read_sources(YamlSection& section, const char* key, std::vector<SourceSpec>* sources) {
  const YAML::Node node = section.find(key);
  if (!node.IsDefined() || node.IsNull()) return;
  const std::string name = std::string("data.") + key;
  if (!node.IsSequence())
    section.refuse_value(key, node, "a list of paths or of {path, first, last, weight}");
  for (const auto& item : node) sources->push_back(read_source(item, name));
}

void read_data(const YAML::Node& node, RunConfig::Data* data) {
  YamlSection section(node, "data");
  read_sources(section, "train", &data->train);
  read_sources(section, "validation", &data->validation);
  section.read("total", &data->total);
  section.read("context", &data->context);
  section.read("step", &data->step);
  section.read("crop", &data->crop);
  section.read("flip_x", &data->flip_x);
  section.read("flip_y", &data->flip_y);
  section.read("reverse", &data->reverse);
  section.read("still", &data->still);
  section.read("motion_tries", &data->motion_tries);
  section.read("speed_up", &data->speed_up);
  section.read("uneven", &data->uneven);
  section.read("shrink", &data->shrink);
  section.read("transpose", &data->transpose);
  section.read("tone", &data->tone);
  section.read("cache_mb", &data->cache_mb);
  section.finish();
  check("data.total", data->total, 2, 1024);
  check("data.context", data->context, 0, kMaxContext);
  check("data.step", data->step, 1, 1000);
  check("data.crop", data->crop, 0, 16384);
  check("data.still", data->still, 0.0, 1.0);
  check("data.motion_tries", data->motion_tries, 1, 1000);
  check("data.speed_up", data->speed_up, 1, 100);
  check("data.uneven", data->uneven, 0.0, 1.0);
  check("data.shrink", data->shrink, 1.0, 8.0);
  check("data.tone", data->tone, 0.0, 2.0);
  check("data.cache_mb", data->cache_mb, 0, 1 << 20);
}

void read_loss(const YAML::Node& node, RunConfig::Loss* loss) {
  YamlSection section(node, "loss");
  section.read("perceptual", &loss->perceptual);
  section.read("adversarial", &loss->adversarial);
  section.read("detail", &loss->detail);
  section.read_choice("frame", kFrameLosses, &loss->frame);
  section.read("still_error", &loss->still_error.end);
  loss->still_error.start = loss->still_error.end;
  section.read("still_error_start", &loss->still_error.start);
  section.read("still_error_until", &loss->still_error.until);
  section.read_choice("counted", kCounted, &loss->future_only);
  section.finish();
  check("loss.perceptual", loss->perceptual, 0.0, 1e6);
  check("loss.adversarial", loss->adversarial, 0.0, 1e6);
  check("loss.detail", loss->detail, 0.0, 1e6);
  check("loss.still_error", loss->still_error.end, 1e-8, 1.0);
  check("loss.still_error_start", loss->still_error.start, 1e-8, 1.0);
  check("loss.still_error_until", loss->still_error.until, 0.0, 1.0);
}

void read_optimizer(const YAML::Node& node, RunConfig::Optimizer* optimizer) {
  YamlSection section(node, "optimizer");
  section.read("rate", &optimizer->rate);
  section.read("discriminator_rate", &optimizer->discriminator_rate);
  section.read("clip", &optimizer->clip);
  section.read("average", &optimizer->average);
  section.read_choice("schedule", kSchedules, &optimizer->schedule.kind);
  section.read("decay", &optimizer->schedule.decay);
  section.read("decay_start", &optimizer->schedule.decay_start);
  section.read("decay_every", &optimizer->schedule.decay_every);
  section.read("warm_up", &optimizer->schedule.warm_up);
  section.finish();
  check("optimizer.rate", optimizer->rate, 0.0, 10.0);
  check("optimizer.discriminator_rate", optimizer->discriminator_rate, 0.0, 10.0);
  check("optimizer.clip", optimizer->clip, 0.0, 1e9);
  check("optimizer.average", optimizer->average, 0.0, 0.999999);
  check("optimizer.decay", optimizer->schedule.decay, 0.0, 1.0);
  check<std::int64_t>("optimizer.decay_start", optimizer->schedule.decay_start, 0, 1'000'000'000);
  check<std::int64_t>("optimizer.decay_every", optimizer->schedule.decay_every, 1, 1'000'000'000);
  check<std::int64_t>("optimizer.warm_up", optimizer->schedule.warm_up, 0, 1'000'000'000);
}

void read_train(const YAML::Node& node, RunConfig::Train* train) {
  YamlSection section(node, "train");
  section.read("iterations", &train->iterations);
  section.read("batch", &train->batch);
  section.read("accumulate", &train->accumulate);
  section.read("recompute", &train->recompute);
  section.read("horizons", &train->horizons);
  section.read("seed", &train->seed);
  section.read_choice("start", kStarts, &train->start_still);
  section.read("checkpoint_every", &train->checkpoint_every);
  section.read("keep_every", &train->keep_every);
  section.read("validate_every", &train->validate_every);
  section.read("validation_clips", &train->validation_clips);
  section.read("validation_horizon", &train->validation_horizon);
  section.read("log_every", &train->log_every);
  section.read("workers", &train->workers);
  section.read("threads", &train->threads);
  section.read("device", &train->device);
  section.read_choice("precision", kTrainPrecisions, &train->mixed);
  section.read_choice("channels_last", kChannelsLast, &train->channels_last);
  section.finish();
  check<std::int64_t>("train.iterations", train->iterations, 1, 1'000'000'000);
  check("train.batch", train->batch, 1, 4096);
  check("train.accumulate", train->accumulate, 1, 4096);
  check("train.horizons", train->horizons, 0, 4096);
  check<std::int64_t>("train.checkpoint_every", train->checkpoint_every, 1, 1'000'000'000);
  check<std::int64_t>("train.keep_every", train->keep_every, 0, 1'000'000'000);
  check<std::int64_t>("train.validate_every", train->validate_every, 1, 1'000'000'000);
  check("train.validation_clips", train->validation_clips, 1, 100000);
  check("train.validation_horizon", train->validation_horizon, 1, kMaxHorizon);
  check<std::int64_t>("train.log_every", train->log_every, 1, 1'000'000'000);
  check("train.workers", train->workers, 0, 64);
  check("train.threads", train->threads, 0, 1024);
  parse_device(train->device);  // a wrong name is told before data is read
}

// What has no meaning where nothing is fed back and only the future is predicted.
void check_motion(const RunConfig& config) {
  const auto refuse = [](const std::string& key, const std::string& accepted) {
    throw Error(ErrorCode::kInvalidArgument,
                key + " has no effect with model.output: motion; accepted: " + accepted);
  };
  if (!config.loss.future_only) refuse("loss.counted: all", "future");
  if (config.sampling.stop != 0) refuse("sampling.stop", "0");
  if (config.reverse_sampling.on) refuse("sampling.reverse", "false");
  if (config.train.recompute) refuse("train.recompute", "false");
  if (config.train.horizons != 0 && config.loss.frame == FrameLoss::kRelative) {
    throw Error(ErrorCode::kInvalidArgument,
                "train.horizons counts a part of each clip's future, which loss.frame: relative "
                "cannot; accepted: 0, or loss.frame: decibels or squared");
  }
}

void check_together(const RunConfig& config) {
  if (config.data.total <= config.context()) {
    throw Error(ErrorCode::kInvalidArgument,
                "data.total is " + std::to_string(config.data.total) + " with a context of " +
                    std::to_string(config.context()) + " frames; give at least one frame more");
  }
  if (config.train.start_still && config.model.output != Output::kResidual) {
    throw Error(
        ErrorCode::kInvalidArgument,
        "train.start: still needs model.output: residual (with output: frame it begins at black)");
  }
  if (config.model.output == Output::kMotion) {
    check_motion(config);
  } else if (config.train.horizons != 0) {
    throw Error(
        ErrorCode::kInvalidArgument,
        "train.horizons needs model.output: motion (other networks predict a frame from the "
        "one before); accepted: 0");
  }
  const int crop = config.data.crop;
  if (crop == 0) return;
  if (crop % config.model.multiple() != 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "data.crop is " + std::to_string(crop) + "; accepted: multiples of " +
                    std::to_string(config.model.multiple()) + " (patch x 2^levels), or 0");
  }
  if (config.model.norm == Norm::kLayer &&
      (crop != config.model.height || crop != config.model.width)) {
    throw Error(ErrorCode::kInvalidArgument, "data.crop is " + std::to_string(crop) +
                                                 " but model.norm: layer ties the weights to " +
                                                 std::to_string(config.model.width) + "x" +
                                                 std::to_string(config.model.height) +
                                                 "; use crops of that size, or norm: channel");
  }
}

// a.b=c: puts the YAML value c at section a, key b.
void apply_override(YAML::Node root, const std::string& text) {
  const auto equals = text.find('=');
  const auto dot = text.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot > equals) {
    throw Error(ErrorCode::kInvalidArgument,
                "--set " + text + " is not of the form section.key=value");
  }
  const std::string section = text.substr(0, dot), key = text.substr(dot + 1, equals - dot - 1);
  try {
    root[section][key] = YAML::Load(text.substr(equals + 1));
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::kInvalidArgument, "--set " + text + " cannot be applied", error.what());
  }
}

YAML::Node load_yaml(const std::string& yaml) {
  try {
    YAML::Node root = YAML::Load(yaml);
    if (root.IsNull()) root = YAML::Node(YAML::NodeType::Map);
    if (root.IsMap()) return root;
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::kInvalidArgument,
                std::string("the configuration is not readable YAML: ") + error.what());
  }
  throw Error(ErrorCode::kInvalidArgument,
              "the configuration is not a list of sections (model:, data:, train: ...)");
}

}  // namespace

RunConfig parse_run_config(const std::string& yaml, const std::vector<std::string>& overrides) {
  YAML::Node root = load_yaml(yaml);
  for (const std::string& text : overrides) apply_override(root, text);
  RunConfig config;
  YamlSection sections(root, "");
  config.model = read_model_config(sections.find("model"));
  YamlSection discriminator(sections.find("discriminator"), "discriminator");
  discriminator.read("hidden", &config.discriminator.hidden);
  discriminator.read_choice("activation", kActivations, &config.discriminator.activation);
  discriminator.finish();
  config.discriminator.validate();
  read_data(sections.find("data"), &config.data);
  read_loss(sections.find("loss"), &config.loss);
  read_optimizer(sections.find("optimizer"), &config.optimizer);
  YamlSection sampling(sections.find("sampling"), "sampling");
  sampling.read("stop", &config.sampling.stop);
  sampling.read("step", &config.sampling.step);
  sampling.read("reverse", &config.reverse_sampling.on);
  sampling.read("reverse_start", &config.reverse_sampling.start);
  sampling.read("reverse_stop", &config.reverse_sampling.stop);
  sampling.read("reverse_scale", &config.reverse_sampling.scale);
  sampling.finish();
  check<std::int64_t>("sampling.reverse_start", config.reverse_sampling.start, 0, 1'000'000'000);
  check<std::int64_t>("sampling.reverse_stop", config.reverse_sampling.stop, 0, 1'000'000'000);
  check("sampling.reverse_scale", config.reverse_sampling.scale, 1e-6, 1e9);
  check<std::int64_t>("sampling.stop", config.sampling.stop, 0, 1'000'000'000);
  check("sampling.step", config.sampling.step, 0.0, 1.0);
  read_train(sections.find("train"), &config.train);
  sections.finish();
  config.optimizer.schedule.iterations = config.train.iterations;
  config.loss.still_error.iterations = config.train.iterations;
  check_together(config);
  return config;
}

RunConfig read_run_config(const std::string& path, const std::vector<std::string>& overrides) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    const bool missing = !std::filesystem::exists(path);
    throw Error(missing ? ErrorCode::kNotFound : ErrorCode::kUnreadable,
                "the configuration " + path +
                    (missing ? " does not exist" : " cannot be read; give a YAML file"));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    return parse_run_config(text, overrides);
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what(), error.detail());
  }
}

bool is_run_config(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".yaml" || extension == ".yml";
}

std::string write_run_config(const RunConfig& config) {
  YAML::Node root;
  root["model"] = YAML::Load(write_model_config(config.model));
  root["discriminator"]["hidden"] = config.discriminator.hidden;
  root["discriminator"]["activation"] = choice_name(kActivations, config.discriminator.activation);
  const auto write_sources = [&root](const char* key, const std::vector<SourceSpec>& sources) {
    for (const SourceSpec& source : sources) {
      YAML::Node entry;
      entry["path"] = source.path;
      entry["first"] = source.first;
      entry["last"] = source.last;
      entry["weight"] = shortest_text(source.weight);
      entry.SetStyle(YAML::EmitterStyle::Flow);
      root["data"][key].push_back(entry);
    }
  };
  const RunConfig::Data& data = config.data;
  write_sources("train", data.train);
  write_sources("validation", data.validation);
  root["data"]["total"] = data.total;
  root["data"]["context"] = config.context();
  root["data"]["step"] = data.step;
  root["data"]["crop"] = data.crop;
  root["data"]["flip_x"] = data.flip_x;
  root["data"]["flip_y"] = data.flip_y;
  root["data"]["reverse"] = data.reverse;
  root["data"]["still"] = shortest_text(data.still);
  root["data"]["motion_tries"] = data.motion_tries;
  root["data"]["speed_up"] = data.speed_up;
  root["data"]["uneven"] = shortest_text(data.uneven);
  root["data"]["shrink"] = shortest_text(data.shrink);
  root["data"]["transpose"] = data.transpose;
  root["data"]["tone"] = shortest_text(data.tone);
  root["data"]["cache_mb"] = data.cache_mb;
  root["loss"]["perceptual"] = shortest_text(config.loss.perceptual);
  root["loss"]["adversarial"] = shortest_text(config.loss.adversarial);
  root["loss"]["detail"] = shortest_text(config.loss.detail);
  root["loss"]["frame"] = choice_name(kFrameLosses, config.loss.frame);
  root["loss"]["still_error"] = shortest_text(config.loss.still_error.end);
  root["loss"]["still_error_start"] = shortest_text(config.loss.still_error.start);
  root["loss"]["still_error_until"] = shortest_text(config.loss.still_error.until);
  root["loss"]["counted"] = choice_name(kCounted, config.loss.future_only);
  const RunConfig::Optimizer& optimizer = config.optimizer;
  root["optimizer"]["rate"] = shortest_text(optimizer.rate);
  root["optimizer"]["discriminator_rate"] = shortest_text(optimizer.discriminator_rate);
  root["optimizer"]["clip"] = shortest_text(optimizer.clip);
  root["optimizer"]["average"] = shortest_text(optimizer.average);
  root["optimizer"]["schedule"] = choice_name(kSchedules, optimizer.schedule.kind);
  root["optimizer"]["decay"] = shortest_text(optimizer.schedule.decay);
  root["optimizer"]["decay_start"] = optimizer.schedule.decay_start;
  root["optimizer"]["decay_every"] = optimizer.schedule.decay_every;
  root["optimizer"]["warm_up"] = optimizer.schedule.warm_up;
  root["sampling"]["stop"] = config.sampling.stop;
  root["sampling"]["step"] = shortest_text(config.sampling.step);
  root["sampling"]["reverse"] = config.reverse_sampling.on;
  root["sampling"]["reverse_start"] = config.reverse_sampling.start;
  root["sampling"]["reverse_stop"] = config.reverse_sampling.stop;
  root["sampling"]["reverse_scale"] = shortest_text(config.reverse_sampling.scale);
  const RunConfig::Train& train = config.train;
  root["train"]["iterations"] = train.iterations;
  root["train"]["batch"] = train.batch;
  root["train"]["accumulate"] = train.accumulate;
  root["train"]["recompute"] = train.recompute;
  root["train"]["horizons"] = train.horizons;
  root["train"]["seed"] = train.seed;
  root["train"]["start"] = choice_name(kStarts, train.start_still);
  root["train"]["checkpoint_every"] = train.checkpoint_every;
  root["train"]["keep_every"] = train.keep_every;
  root["train"]["validate_every"] = train.validate_every;
  root["train"]["validation_clips"] = train.validation_clips;
  root["train"]["validation_horizon"] = train.validation_horizon;
  root["train"]["log_every"] = train.log_every;
  root["train"]["workers"] = train.workers;
  root["train"]["threads"] = train.threads;
  root["train"]["device"] = train.device;
  root["train"]["precision"] = choice_name(kTrainPrecisions, train.mixed);
  root["train"]["channels_last"] = choice_name(kChannelsLast, train.channels_last);
  return YAML::Dump(root) + "\n";
}

}  // namespace stip::training
