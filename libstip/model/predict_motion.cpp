#include "model/predict_motion.h"

#include <ATen/Parallel.h>

#include "motion/motion_stream.h"
#include "ops/patching.h"

namespace stip {
namespace {

// The streams of a batch's samples. Each works on one thread: samples are shared out instead.
class MotionBatch {
 public:
  // pictures: [B, context, H, W, 3], 8-bit; horizons: [B, N].
  MotionBatch(const torch::Tensor& pictures, const torch::Tensor& horizons)
      : height_(static_cast<int>(pictures.size(2))), width_(static_cast<int>(pictures.size(3))) {
    const auto context = static_cast<int>(pictures.size(1));
    const auto wanted = horizons.accessor<int64_t, 2>();
    for (int64_t b = 0; b < pictures.size(0); ++b) {
      Sample sample;
      sample.stream =
          std::make_unique<MotionStream>(MotionStream::Options{width_, height_, context}, pool_);
      samples_.push_back(std::move(sample));
    }
    each([&](int64_t b, Sample& sample) {
      for (int64_t t = 0; t < context; ++t) {
        const auto picture = pictures[b][t];
        sample.stream->push({picture.data_ptr<uint8_t>(), width_, height_,
                             std::ptrdiff_t{3} * width_, PixelOrder::kBgr});
      }
      for (int64_t i = 0; i < wanted.size(1); ++i) {
        const int step = sample.stream->steps_ahead(static_cast<int>(wanted[b][i]));
        sample.steps.push_back(step);
        if (step > 0) sample.stream->plan(step);
      }
    });
  }

  // What is known of the horizons, [B, N, fc, rows, columns]; zeros where the network is not asked.
  torch::Tensor features() {
    auto result = torch::zeros(
        {static_cast<int64_t>(samples_.size()), horizons(), rows(), columns(), kMotionChannels});
    each([&](int64_t b, Sample& sample) {
      each_asked(sample, [&](int64_t i, int step) {
        sample.stream->features(step, result[b][i].data_ptr<float>(), row_step());
      });
    });
    return result.permute({0, 1, 4, 2, 3}).contiguous();
  }

  // answers: [B, N, rows, columns, fc], contiguous. Returns pictures [B, N, H, W, 3], 0..255.
  torch::Tensor predict(const torch::Tensor& answers) {
    auto result = torch::empty({answers.size(0), horizons(), height_, width_, 3});
    each([&](int64_t b, Sample& sample) {
      MotionStream& stream = *sample.stream;
      FloatPicture picture;
      for (int64_t i = 0; i < horizons(); ++i) {
        const int step = sample.steps[static_cast<size_t>(i)];
        const float* answer = stream.learns() ? answers[b][i].data_ptr<float>() : nullptr;
        if (step > 0) stream.answer(step, answer, row_step());
        stream.predict(step, &picture);
        float* out = result[b][i].data_ptr<float>();
        for (const Float4& pixel : picture.pixels) {
          for (int c = 0; c < 3; ++c) *out++ = pixel[c];
        }
      }
    });
    return result;
  }

  // The gradient of `answers` from that of the pictures.
  torch::Tensor gradient(const torch::Tensor& answers, const torch::Tensor& pictures) {
    auto result = torch::zeros_like(answers);
    const auto given = pictures.contiguous();
    each([&](int64_t b, Sample& sample) {
      FloatPicture picture;
      picture.resize(width_, height_);
      each_asked(sample, [&](int64_t i, int step) {
        const float* in = given[b][i].data_ptr<float>();
        for (Float4& pixel : picture.pixels) {
          pixel = Float4{in[0], in[1], in[2], 0};
          in += 3;
        }
        sample.stream->gradient(step, answers[b][i].data_ptr<float>(), row_step(), picture,
                                result[b][i].data_ptr<float>());
      });
    });
    return result;
  }

 private:
  struct Sample {
    std::unique_ptr<MotionStream> stream;
    std::vector<int> steps;  // which shows what each horizon will; 0: the newest frame
  };

  int64_t columns() const { return samples_.front().stream->columns(); }
  int64_t rows() const { return samples_.front().stream->rows(); }
  int64_t horizons() const { return static_cast<int64_t>(samples_.front().steps.size()); }
  std::ptrdiff_t row_step() const { return columns() * kMotionChannels; }

  template <typename Work>
  void each(const Work& work) {
    at::parallel_for(0, static_cast<int64_t>(samples_.size()), 1, [&](int64_t begin, int64_t end) {
      const torch::NoGradGuard no_grad;  // threads have switches of their own
      for (int64_t b = begin; b < end; ++b) work(b, samples_[static_cast<size_t>(b)]);
    });
  }

  // Where repeats leave too few frames the network is not asked, nor of the newest frame.
  template <typename Work>
  void each_asked(Sample& sample, const Work& work) const {
    for (size_t i = 0; i < sample.steps.size() && sample.stream->learns(); ++i) {
      if (sample.steps[i] > 0) work(static_cast<int64_t>(i), sample.steps[i]);
    }
  }

  int height_;
  int width_;
  ThreadPool pool_{1};
  std::vector<Sample> samples_;
};

// The batch is kept alive by the graph.
struct BatchHolder : torch::CustomClassHolder {
  std::shared_ptr<MotionBatch> batch;
  explicit BatchHolder(std::shared_ptr<MotionBatch> given) : batch(std::move(given)) {}
};

class Mix : public torch::autograd::Function<Mix> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& answers,
                               const c10::intrusive_ptr<BatchHolder>& holder) {
    context->saved_data["batch"] = c10::IValue::make_capsule(holder);
    context->saved_data["like"] = answers.new_empty({0});
    // Pictures are mixed on the CPU, in single precision, wherever the network runs.
    const auto ordered = answers.to(torch::kCPU, torch::kFloat32).contiguous();
    context->save_for_backward({ordered});
    return holder->batch->predict(ordered).to(answers.device());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto holder = context->saved_data["batch"].toCapsule();
    auto& batch = *static_cast<BatchHolder*>(holder.get())->batch;
    const auto answers = context->get_saved_variables()[0];
    const auto like = context->saved_data["like"].toTensor();
    const auto gradient = batch.gradient(answers, gradients[0].to(torch::kCPU, torch::kFloat32));
    return {gradient.to(like.options()), torch::Tensor()};
  }
};

torch::Tensor all_horizons(int64_t batch, int64_t count) {
  return torch::arange(1, count + 1).expand({batch, count});
}

}  // namespace

torch::Tensor predict_motion(Generator& generator, const torch::Tensor& frames, int64_t context,
                             const torch::Tensor& horizons) {
  const int64_t total = frames.size(1);
  if (context < 3 || context >= total) {
    throw Error(ErrorCode::kInvalidArgument,
                "a clip of " + std::to_string(total) + " frames cannot be predicted from " +
                    std::to_string(context) +
                    " with output: motion; give a context of 3 or more and "
                    "at least one frame beyond it");
  }
  const int patch = generator->config().patch;
  auto pictures = from_patches(frames.slice(1, 0, context), patch);
  pictures = (pictures * 255).round().to(torch::kUInt8).to(torch::kCPU).contiguous();
  const auto holder = c10::make_intrusive<BatchHolder>(std::make_shared<MotionBatch>(
      pictures, horizons.defined() ? horizons : all_horizons(frames.size(0), total - context)));
  // Horizons are samples to the network.
  const auto features = holder->batch->features().to(frames.device());
  GeneratorState state;
  const auto answers = generator->forward(features.flatten(0, 1), state)
                           .unflatten(0, {features.size(0), features.size(1)});
  return to_patches(Mix::apply(answers.permute({0, 1, 3, 4, 2}), holder) / 255, patch);
}

}  // namespace stip
