#include "model/motion_unroll.h"

#include <ATen/Parallel.h>

#include "motion/motion_stream.h"
#include "ops/patching.h"

namespace stip {
namespace {

// The streams of a batch's samples. Each works on one thread: samples are shared out instead.
class MotionBatch {
 public:
  // pictures: [B, context, H, W, 3], 8-bit.
  explicit MotionBatch(const torch::Tensor& pictures)
      : height_(static_cast<int>(pictures.size(2))), width_(static_cast<int>(pictures.size(3))) {
    const auto context = static_cast<int>(pictures.size(1));
    for (int64_t b = 0; b < pictures.size(0); ++b) {
      streams_.push_back(
          std::make_unique<MotionStream>(MotionStream::Options{width_, height_, context}, pool_));
    }
    each([&](int64_t b) {
      for (int64_t t = 0; t < context; ++t) {
        const auto picture = pictures[b][t];
        streams_[static_cast<size_t>(b)]->push({picture.data_ptr<uint8_t>(), width_, height_,
                                                std::ptrdiff_t{3} * width_, PixelOrder::kBgr});
      }
      streams_[static_cast<size_t>(b)]->start();
    });
  }

  // What is known of the next horizon, [B, fc, rows, columns]; zeros where repeats leave too few
  // frames to ask the network about.
  torch::Tensor features() {
    auto result =
        torch::zeros({static_cast<int64_t>(streams_.size()), rows(), columns(), kMotionChannels});
    each([&](int64_t b) {
      MotionStream& stream = *streams_[static_cast<size_t>(b)];
      stream.advance();
      if (!stream.learns()) return;
      stream.features(result[b].data_ptr<float>(), row_step());
    });
    return result.permute({0, 3, 1, 2}).contiguous();
  }

  // Which of `predictions` [B, 1 + horizons, ...], of which the first are the newest frames, shows
  // what each frame to come will.
  torch::Tensor in_rhythm(const torch::Tensor& predictions) const {
    const int64_t count = predictions.size(1) - 1;
    auto steps = torch::empty({predictions.size(0), count}, torch::kLong);
    for (int64_t b = 0; b < steps.size(0); ++b) {
      for (int64_t k = 1; k <= count; ++k) {
        steps[b][k - 1] = streams_[static_cast<size_t>(b)]->steps_ahead(static_cast<int>(k));
      }
    }
    if (steps.equal(torch::arange(1, count + 1).expand_as(steps))) {
      return predictions.slice(1, 1);
    }
    const auto sample = torch::arange(steps.size(0)).unsqueeze(1);
    return predictions.index({sample.to(predictions.device()), steps.to(predictions.device())});
  }

  // answer: [B, rows, columns, fc], contiguous. Returns pictures [B, H, W, 3], 0..255.
  torch::Tensor predict(int k, const torch::Tensor& answer) {
    auto result = torch::empty({answer.size(0), height_, width_, 3});
    each([&](int64_t b) {
      MotionStream& stream = *streams_[static_cast<size_t>(b)];
      stream.answer(stream.learns() ? answer[b].data_ptr<float>() : nullptr, row_step());
      FloatPicture picture;
      stream.predict(k, &picture);
      float* out = result[b].data_ptr<float>();
      for (const Float4& pixel : picture.pixels) {
        for (int c = 0; c < 3; ++c) *out++ = pixel[c];
      }
    });
    return result;
  }

  // The gradient of `answer` from that of the pictures.
  torch::Tensor gradient(int k, const torch::Tensor& answer, const torch::Tensor& pictures) {
    auto result = torch::zeros({pictures.size(0), rows(), columns(), kMotionChannels});
    const auto given = pictures.contiguous();
    each([&](int64_t b) {
      if (!streams_[static_cast<size_t>(b)]->learns()) return;
      FloatPicture picture;
      picture.resize(width_, height_);
      const float* in = given[b].data_ptr<float>();
      for (Float4& pixel : picture.pixels) {
        pixel = Float4{in[0], in[1], in[2], 0};
        in += 3;
      }
      streams_[static_cast<size_t>(b)]->gradient(k, answer[b].data_ptr<float>(), row_step(),
                                                 picture, result[b].data_ptr<float>());
    });
    return result;
  }

 private:
  int64_t columns() const { return streams_.front()->columns(); }
  int64_t rows() const { return streams_.front()->rows(); }
  std::ptrdiff_t row_step() const { return columns() * kMotionChannels; }

  template <typename Work>
  void each(const Work& work) {
    at::parallel_for(0, static_cast<int64_t>(streams_.size()), 1, [&](int64_t begin, int64_t end) {
      const torch::NoGradGuard no_grad;  // threads have switches of their own
      for (int64_t b = begin; b < end; ++b) work(b);
    });
  }

  int height_;
  int width_;
  ThreadPool pool_{1};
  std::vector<std::unique_ptr<MotionStream>> streams_;
};

// The batch is kept alive by the graph.
struct BatchHolder : torch::CustomClassHolder {
  std::shared_ptr<MotionBatch> batch;
  explicit BatchHolder(std::shared_ptr<MotionBatch> given) : batch(std::move(given)) {}
};

class Mix : public torch::autograd::Function<Mix> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& answer,
                               const c10::intrusive_ptr<BatchHolder>& holder, int64_t k) {
    context->saved_data["batch"] = c10::IValue::make_capsule(holder);
    context->saved_data["k"] = k;
    context->saved_data["like"] = answer.new_empty({0});
    // Pictures are mixed on the CPU, in single precision, wherever the network runs.
    const auto ordered = answer.to(torch::kCPU, torch::kFloat32).contiguous();
    context->save_for_backward({ordered});
    return holder->batch->predict(static_cast<int>(k), ordered).to(answer.device());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto holder = context->saved_data["batch"].toCapsule();
    auto& batch = *static_cast<BatchHolder*>(holder.get())->batch;
    const auto k = static_cast<int>(context->saved_data["k"].toInt());
    const auto answer = context->get_saved_variables()[0];
    const auto like = context->saved_data["like"].toTensor();
    const auto gradient = batch.gradient(k, answer, gradients[0].to(torch::kCPU, torch::kFloat32));
    return {gradient.to(like.options()), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor unroll_motion(Generator& generator, const torch::Tensor& frames, int64_t context) {
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
  const auto holder = c10::make_intrusive<BatchHolder>(std::make_shared<MotionBatch>(pictures));
  GeneratorState state;
  std::vector<torch::Tensor> predictions = {frames.select(1, context - 1)};
  for (int64_t k = 1; k <= total - context; ++k) {
    const auto answer = generator->forward(holder->batch->features().to(frames.device()),
                                           state);  // [B, fc, H/4, W/4]
    const auto picture = Mix::apply(answer.permute({0, 2, 3, 1}), holder, k);
    predictions.push_back(to_patches(picture / 255, patch));
  }
  return holder->batch->in_rhythm(torch::stack(predictions, 1));
}

}  // namespace stip
