#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/cuda_driver.h"
#include "base/device.h"
#include "base/precision.h"
#include "io/model_file.h"
#include "predict/copy_last.h"
#include "predict/engine/engine_model.h"
#include "predict/model_path.h"
#include "predict/motion_model.h"
#include "predict/network_module.h"
#include "stip/predictor.h"

namespace stip {
namespace {

namespace fs = std::filesystem;

// A name, not a path: no folder and no extension.
bool is_name(const std::string& model) {
  return model.find('/') == std::string::npos && model.find('.') == std::string::npos;
}

std::string find_named_model(const std::string& name) {
  std::string folders;
  if (const char* path = std::getenv("STIP_MODEL_PATH"); path != nullptr) folders = path;
  folders += std::string(":") + STIP_DATA_DIR + "/models";
  std::istringstream list(folders);
  std::string searched;
  for (std::string folder; std::getline(list, folder, ':');) {
    if (folder.empty()) continue;
    const fs::path file = fs::path(folder) / (name + ".safetensors");
    std::error_code ignored;
    if (fs::exists(file, ignored)) return file.string();
    searched += (searched.empty() ? "" : ", ") + folder;
  }
  throw Error(ErrorCode::kNotFound, "no model named '" + name + "' was found in " + searched +
                                        "; give the path of a model file, or set STIP_MODEL_PATH "
                                        "to its folder");
}

void check_cuda_device(const DeviceName& device) {
  if (device.index < cuda_device_count()) return;
  throw Error(ErrorCode::kNoDevice, "device cuda:" + std::to_string(device.index) +
                                        " was asked for, but " +
                                        std::to_string(cuda_device_count()) +
                                        " usable CUDA devices were found; use device=cpu or auto");
}

// The CPU's engine is here; what a GPU needs is in modules of their own.
bool runs_on_cpu(const DeviceName& device) {
  if (device.kind == DeviceName::Kind::kAuto) return cuda_device_count() == 0;
  return device.kind == DeviceName::Kind::kCpu;
}

}  // namespace

bool is_built_in_model(const std::string& model) {
  return model == "copy-last" || model == "flow" || model == "blend";
}

std::string resolve_model_path(const std::string& model) {
  std::error_code ignored;
  if (!is_name(model) || fs::exists(model, ignored)) return model;
  if (!is_built_in_model(model)) return find_named_model(model);
  throw Error(
      ErrorCode::kInvalidArgument,
      "'" + model +
          "' is built in and has no file: copy-last, flow and blend are for stip-train eval "
          "and for the element stippredict; give a model file here");
}

std::shared_ptr<const Model> load_model(const ModelRequest& request) {
  // Wrong names are errors with every model.
  parse_device(request.device);
  parse_precision(request.precision);
  if (request.threads < 0 || request.threads > 1024) {
    throw Error(ErrorCode::kInvalidArgument, "threads " + std::to_string(request.threads) +
                                                 " is out of range; give 1 to 1024, or 0 for all");
  }
  if (request.model.empty()) {
    throw Error(
        ErrorCode::kNotFound,
        "no model is set; give the path of a model file, or model=copy-last to try without");
  }
  if (request.model == "copy-last") return std::make_shared<CopyLastModel>();
  if (request.model == "flow") {
    return std::make_shared<MotionModel>(MotionKind::kFlow, FlowPreset::kFast, request.threads);
  }
  if (request.model == "blend") {
    return std::make_shared<MotionModel>(MotionKind::kBlend, FlowPreset::kFast, request.threads);
  }
  ModelRequest resolved = request;
  resolved.model = resolve_model_path(request.model);
  const DeviceName device = parse_device(request.device);
  if (runs_on_cpu(device)) return engine::load_shared_engine(resolved);
  // Here, without LibTorch: a wrong path or file is told as such, whatever the build can run.
  const ModelFileHeader header = read_model_header(SafetensorsReader(resolved.model));
  if (header.config.output == Output::kMotion) {
    if (device.kind == DeviceName::Kind::kAuto) return engine::load_shared_engine(resolved);
    throw Error(ErrorCode::kNoDevice, resolved.model +
                                          " is a network of output: motion, which runs on the CPU "
                                          "only; use device=cpu or auto");
  }
  check_cuda_device(device);
  try {
    return load_network(resolved);
  } catch (const Error& error) {
    // A GPU that cannot be used (a driver that is too old) is none, for who did not ask for it.
    if (device.kind != DeviceName::Kind::kAuto || error.code() != ErrorCode::kNoDevice) throw;
    return engine::load_shared_engine(resolved);
  }
}

}  // namespace stip
