#include "predict/copy_last.h"

#include "support/expect_error.h"
#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

std::unique_ptr<Predictor> predictor(int context = 0) {
  PredictorOptions options;
  options.width = 5;
  options.height = 3;
  options.context = context;
  return load_model({"copy-last", "auto", 0})->make_predictor(options);
}

TEST(CopyLast, PredictsTheNewestFrameInEitherColourOrder) {
  const auto p = predictor();
  p->push(Picture::random(5, 3, 1).view());
  const Picture newest = Picture::random(5, 3, 2);
  p->push(newest.view());
  Picture bgr(5, 3), rgb(5, 3);
  MutableFrameView swapped = rgb.mutable_view();
  swapped.order = PixelOrder::kRgb;
  p->predict({bgr.mutable_view(), swapped});
  EXPECT_EQ(bgr.pixels, newest.pixels);
  EXPECT_EQ(rgb.pixels[0], newest.pixels[2]);
  EXPECT_EQ(rgb.pixels[2], newest.pixels[0]);
}

TEST(CopyLast, IsReadyWhenItsContextIsFullAndAgainAfterReset) {
  const auto p = predictor(3);
  const Picture frame = Picture::random(5, 3, 1);
  for (int i = 0; i < 2; ++i) p->push(frame.view());
  EXPECT_FALSE(p->ready());
  Picture out(5, 3);
  EXPECT_STIP_ERROR(p->predict({out.mutable_view()}), ErrorCode::kInvalidArgument, "context");
  p->push(frame.view());
  EXPECT_TRUE(p->ready());
  p->reset();
  EXPECT_FALSE(p->ready());
}

TEST(CopyLast, FillsAMissingFrameWithTheNewest) {
  const auto p = predictor();
  EXPECT_STIP_ERROR(p->push_missing(), ErrorCode::kInvalidArgument, "push_missing");
  const Picture frame = Picture::random(5, 3, 1);
  p->push(frame.view());
  p->push_missing();
  Picture out(5, 3);
  p->predict({out.mutable_view()});
  EXPECT_EQ(out.pixels, frame.pixels);
}

TEST(CopyLast, RefusesWhatItCannotUse) {
  const auto p = predictor();
  EXPECT_STIP_ERROR(p->push(Picture::random(4, 3, 1).view()), ErrorCode::kInvalidArgument, "5x3");
  FrameView narrow = Picture(5, 3).view();
  narrow.stride = 14;
  EXPECT_STIP_ERROR(p->push(narrow), ErrorCode::kInvalidArgument, "stride");
  p->push(Picture(5, 3).view());
  EXPECT_STIP_ERROR(p->predict({}), ErrorCode::kInvalidArgument, "1 to 64");
  EXPECT_STIP_ERROR(p->predict(std::vector<MutableFrameView>(65)), ErrorCode::kInvalidArgument,
                    "1 to 64");
  EXPECT_STIP_ERROR(predictor(65), ErrorCode::kInvalidArgument, "1 to 64");
  EXPECT_STIP_ERROR(predictor(-1), ErrorCode::kInvalidArgument, "1 to 64");
}

}  // namespace
}  // namespace stip
