#pragma once

#include <map>
#include <string>

#include "gst_fake_model.h"
#include "model_loading.h"

namespace stip::test {

/// While it lives, elements linked into the test load these models by name.
class FakeModels {
 public:
  FakeModels() {
    gst::set_model_loader([this](const ModelRequest& request) -> std::shared_ptr<const Model> {
      const auto found = models_.find(request.model);
      return found != models_.end() ? found->second : load_model(request);
    });
  }
  ~FakeModels() { gst::set_model_loader(nullptr); }
  FakeModels(const FakeModels&) = delete;
  FakeModels& operator=(const FakeModels&) = delete;

  FakeLog& add(const std::string& name, int context = 1, int delay_ms = 0) {
    auto model = std::make_shared<FakeModel>(context);
    model->log->delay_ms = delay_ms;
    models_[name] = model;
    return *model->log;
  }
  long users(const std::string& name) const { return models_.at(name).use_count() - 1; }

 private:
  std::map<std::string, std::shared_ptr<FakeModel>> models_;
};

}  // namespace stip::test
