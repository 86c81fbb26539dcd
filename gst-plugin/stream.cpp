#include "stream.h"

#include "caps_map.h"
#include "debug.h"
#include "segment_rules.h"
#include "side_by_side.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

constexpr auto kStamps =
    static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS);

// Counts a frame once, however its handling ends: an exception leaves kFailed.
class CountedFrame {
 public:
  explicit CountedFrame(Telemetry& telemetry) : telemetry_(telemetry) {}
  ~CountedFrame() { telemetry_.count(outcome); }
  CountedFrame(const CountedFrame&) = delete;
  CountedFrame& operator=(const CountedFrame&) = delete;

  Outcome outcome = Outcome::kFailed;

 private:
  Telemetry& telemetry_;
};

std::optional<StateMode> state_mode(StateChoice choice) {
  switch (choice) {
    case StateChoice::kWindow:
      return StateMode::kWindow;
    case StateChoice::kRecurrent:
      return StateMode::kRecurrent;
    case StateChoice::kAuto:
      break;
  }
  return std::nullopt;
}

bool same_picture(const GstVideoInfo& a, const GstVideoInfo& b) {
  return GST_VIDEO_INFO_FORMAT(&a) == GST_VIDEO_INFO_FORMAT(&b) &&
         GST_VIDEO_INFO_WIDTH(&a) == GST_VIDEO_INFO_WIDTH(&b) &&
         GST_VIDEO_INFO_HEIGHT(&a) == GST_VIDEO_INFO_HEIGHT(&b);
}

bool one_is(Output output, const FrameSettings& a, const FrameSettings& b) {
  return a.output == output || b.output == output;
}

}  // namespace

Stream::Stream(OutputQueue& queue, Telemetry& telemetry) : queue_(queue), telemetry_(telemetry) {
  gst_segment_init(&segment_, GST_FORMAT_TIME);
}

void Stream::start(std::shared_ptr<const Model> model, const PredictorSettings& settings) {
  stop();
  model_ = std::move(model);
  predictor_settings_ = settings;
}

void Stream::stop() {
  session_.close();
  model_.reset();
  map_.reset();
  pool_.reset();
  double_pool_.reset();
  caps_.reset();
  pushed_caps_.reset();
  have_segment_ = false;
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  timeline_ = {};
  settings_ = {};
  discont_ = true;
  reset_requested_ = false;
}

void Stream::reset_session() {
  if (session_.is_fresh()) return;
  session_.reset();
  discont_ = true;
  telemetry_.count_reset();
}

void Stream::begin() {
  reset_session();
  have_segment_ = false;  // even the same segment is another place now
  pushed_caps_.reset();   // a flush may have taken them on their way
}

void Stream::set_segment(EventPtr event, const FrameSettings& settings) {
  GstSegment segment;
  gst_event_copy_segment(event.get(), &segment);
  if (caps_ != nullptr) push_caps();
  queue_.push(as_item(std::move(event)));
  const bool same_place = have_segment_ && continues(segment_, segment);
  have_segment_ = true;
  segment_ = segment;
  if (same_place) {
    timeline_.update(segment);
    return;
  }
  reset_session();
  timeline_.restart(segment);
  adopt(settings);
  announce_warm_up();
}

void Stream::set_caps(GstCaps* caps, const GstVideoInfo& info, const FrameSettings& settings) {
  const bool known = caps_ != nullptr && same_picture(info_, info);
  caps_ = share(caps);
  info_ = info;
  map_ = std::make_unique<FrameMap>(info);
  pool_ = std::make_unique<FramePool>(caps);
  double_pool_.reset();
  session_.set_rate(GST_VIDEO_INFO_FPS_N(&info), GST_VIDEO_INFO_FPS_D(&info));
  if (!known) {
    reset_session();
    session_.close();
    discont_ = true;
  }
  adopt(settings);
  push_caps();
  if (settings_.output != Output::kOriginal) open_session();
  announce_warm_up();
}

void Stream::open_session() {
  if (session_.is_open()) return;
  PredictorOptions options;
  options.width = GST_VIDEO_INFO_WIDTH(&info_);
  options.height = GST_VIDEO_INFO_HEIGHT(&info_);
  options.context = predictor_settings_.context;
  options.state = state_mode(predictor_settings_.state);
  options.resize = predictor_settings_.resize;
  session_.open(*model_, options);
}

// What the properties say takes effect here, between two frames.
void Stream::adopt(const FrameSettings& settings) {
  const bool other_output = settings.output != settings_.output;
  // Predictions kept for side-by-side were made for times that mean something else now.
  if (settings.timestamps != settings_.timestamps) session_.forget_predictions();
  if (other_output && one_is(Output::kOriginal, settings, settings_)) telemetry_.tell_latency();
  settings_ = settings;
  const bool predicted = settings.output == Output::kPredicted;
  queue_.set_limit(predicted ? static_cast<std::size_t>(settings.horizon) + 2 : 3);
  if (caps_ == nullptr) return;
  if (other_output) session_.forget_predictions();
  if (other_output || pushed_caps_ == nullptr) push_caps();
  if (other_output) announce_warm_up();
}

void Stream::push_caps() {
  const bool twice = settings_.output == Output::kSideBySide;
  CapsPtr caps = twice ? double_width(caps_.get()) : share(caps_.get());
  if (gst_caps_is_empty(caps.get())) {
    throw Error(ErrorCode::kInvalidArgument, "The picture is too wide to be shown twice.");
  }
  if (twice && double_pool_ == nullptr) double_pool_ = std::make_unique<FramePool>(caps.get());
  if (pushed_caps_ != nullptr && gst_caps_is_equal(pushed_caps_.get(), caps.get())) return;
  const GstFlowReturn flow = queue_.push(as_item(EventPtr(gst_event_new_caps(caps.get()))));
  if (flow == GST_FLOW_OK) pushed_caps_ = std::move(caps);
}

// A sink waits for something to show, and the first prediction may be many frames away.
void Stream::announce_warm_up() {
  if (settings_.output != Output::kPredicted || caps_ == nullptr || !have_segment_) return;
  if (!predictable(segment_)) return;
  open_session();
  int frames = session_.context() - 1;
  if (settings_.timestamps == Timestamps::kTarget) frames += settings_.horizon;
  const GstClockTime d = session_.step();
  if (frames == 0) return;
  const bool known = GST_CLOCK_TIME_IS_VALID(d);
  push_gap(timeline_.warm_up(known ? static_cast<GstClockTime>(frames) * d : d));
}

void Stream::push_gap(const std::optional<Gap>& gap) {
  if (!gap.has_value()) return;
  EventPtr event(gst_event_new_gap(gap->start, gap->duration));
  if (gap->missing_data) gst_event_set_gap_flags(event.get(), GST_GAP_FLAG_MISSING_DATA);
  queue_.push(as_item(std::move(event)));
}

void Stream::gap(EventPtr event, const FrameSettings& settings) {
  adopt(settings);
  if (settings_.output != Output::kPredicted || !predictable(segment_)) {
    queue_.push(as_item(std::move(event)));
    return;
  }
  GstClockTime start = 0;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(event.get(), &start, &duration);
  const GstClockTime d = session_.step();
  if (settings_.timestamps == Timestamps::kTarget && GST_CLOCK_TIME_IS_VALID(d)) {
    start += static_cast<GstClockTime>(settings_.horizon) * d;
  }
  push_gap(timeline_.skip(start, duration));
}

void Stream::prepare(const FrameSettings& settings) {
  if (reset_requested_.exchange(false)) reset_session();
  if (caps_ == nullptr) return;
  adopt(settings);
  if (settings.output != Output::kOriginal) open_session();
}

GstFlowReturn Stream::frame(BufferPtr buffer) {
  if (caps_ == nullptr) return GST_FLOW_NOT_NEGOTIATED;
  CountedFrame counted(telemetry_);
  const GstClockTime pts = GST_BUFFER_PTS(buffer.get());
  if (!GST_CLOCK_TIME_IS_VALID(pts) || !predictable(segment_)) {
    return pass_through(std::move(buffer), &counted.outcome);
  }
  if (session_.advance(pts, GST_BUFFER_DURATION(buffer.get()), settings_.max_gap)) {
    GST_DEBUG("the stream broke before %" GST_TIME_FORMAT, GST_TIME_ARGS(pts));
    discont_ = true;
    telemetry_.count_reset();
  }
  switch (settings_.output) {
    case Output::kOriginal:
      return pass_original(std::move(buffer), &counted.outcome);
    case Output::kPredicted:
      return show_predicted(std::move(buffer), &counted.outcome);
    case Output::kSideBySide:
      break;
  }
  return show_both(std::move(buffer), &counted.outcome);
}

GstFlowReturn Stream::pass(BufferPtr buffer) {
  timeline_.pass(GST_BUFFER_PTS(buffer.get()), session_.step());
  return queue_.push(as_item(std::move(buffer)));
}

// Not for what passes in the middle of predictions: those after it must not go back.
GstFlowReturn Stream::pass_shown(BufferPtr buffer) {
  timeline_.overtake();
  return pass(std::move(buffer));
}

GstFlowReturn Stream::pass_through(BufferPtr buffer, Outcome* outcome) {
  if (settings_.output == Output::kSideBySide) buffer = compose(buffer.get(), buffer.get());
  *outcome = Outcome::kPassThrough;
  return pass(std::move(buffer));
}

GstFlowReturn Stream::pass_original(BufferPtr buffer, Outcome* outcome) {
  // Pictures that are no longer taken in must not pass for the newest ones later.
  session_.forget_pictures();
  const bool behind = timeline_.behind(GST_BUFFER_PTS(buffer.get()));
  *outcome = behind ? Outcome::kReordered : Outcome::kIdle;
  return behind ? queue_.flow() : pass_shown(std::move(buffer));
}

GstFlowReturn Stream::show_predicted(BufferPtr buffer, Outcome* outcome) {
  const GstClockTime d = session_.step();
  const GstClockTime pts = shown_at();
  BufferPtr picture = predict(buffer.get(), pts, outcome);
  buffer.reset();  // not held while the queue is full: the pools of cameras are small
  if (picture == nullptr) {
    if (GST_CLOCK_TIME_IS_VALID(pts)) push_gap(timeline_.skip(pts, d));
    return queue_.flow();
  }
  GST_BUFFER_PTS(picture.get()) = pts;
  GST_BUFFER_DURATION(picture.get()) = d;
  if (discont_) GST_BUFFER_FLAG_SET(picture.get(), GST_BUFFER_FLAG_DISCONT);
  discont_ = false;
  push_gap(timeline_.push(pts, d));
  return queue_.push(as_item(std::move(picture)));
}

GstFlowReturn Stream::show_both(BufferPtr buffer, Outcome* outcome) {
  const bool behind = timeline_.behind(GST_BUFFER_PTS(buffer.get()));
  BufferPtr both = settings_.timestamps == Timestamps::kTarget
                       ? beside_earlier(buffer.get(), outcome)
                       : beside_own(buffer.get(), outcome);
  buffer.reset();
  return behind ? queue_.flow() : pass_shown(std::move(both));
}

// The frame beside what was predicted for its time; then a prediction is made for a time to come.
BufferPtr Stream::beside_earlier(GstBuffer* buffer, Outcome* outcome) {
  GstBuffer* earlier = session_.recall();
  BufferPtr both = compose(buffer, earlier != nullptr ? earlier : buffer);
  const GstClockTime target = session_.target(settings_.horizon);
  BufferPtr picture = predict(buffer, target, outcome);
  if (picture != nullptr) session_.keep(target, std::move(picture));
  return both;
}

// The frame beside the prediction made from it.
BufferPtr Stream::beside_own(GstBuffer* buffer, Outcome* outcome) {
  const BufferPtr picture = predict(buffer, session_.newest(), outcome);
  return compose(buffer, picture != nullptr ? picture.get() : buffer);
}

BufferPtr Stream::compose(GstBuffer* left, GstBuffer* right) {
  BufferPtr both = double_pool_->acquire();
  {
    const MappedFrame left_frame(info_, left, GST_MAP_READ);
    const MappedFrame right_frame(info_, right, GST_MAP_READ);
    const MappedFrame both_frame(double_pool_->info(), both.get(), GST_MAP_WRITE);
    compose_side_by_side(left_frame.get(), right_frame.get(), both_frame.get());
  }
  gst_buffer_copy_into(both.get(), left, kStamps, 0, static_cast<gsize>(-1));
  return both;
}

// When the prediction made from the newest frame is shown; GST_CLOCK_TIME_NONE: not known yet.
GstClockTime Stream::shown_at() const {
  return settings_.timestamps == Timestamps::kTarget ? session_.target(settings_.horizon)
                                                     : session_.newest();
}

Outcome Stream::outcome_for(GstClockTime shown_at) const {
  if (!session_.ready() || !GST_CLOCK_TIME_IS_VALID(shown_at)) return Outcome::kWarmUp;
  switch (timeline_.judge(shown_at)) {
    case OutputTimeline::Verdict::kReordered:
      return Outcome::kReordered;
    case OutputTimeline::Verdict::kSegmentEnd:
      return Outcome::kSegmentEnd;
    case OutputTimeline::Verdict::kPush:
      break;
  }
  return Outcome::kPredicted;
}

// Takes the frame in, and predicts from it where a prediction can be shown at `shown_at`; null and
// the reason otherwise. Here a worker will take over: between the copy into our own BGR memory and
// the queue, nothing but the session and the map is touched.
BufferPtr Stream::predict(GstBuffer* buffer, GstClockTime shown_at, Outcome* outcome) {
  const gint64 begin = g_get_monotonic_time();
  const MappedFrame newest(info_, buffer, GST_MAP_READ);
  session_.push(map_->to_bgr(newest));
  const Outcome expected = outcome_for(shown_at);
  BufferPtr picture;
  if (expected == Outcome::kPredicted) {
    session_.predict(settings_.horizon, map_->future());
    picture = pool_->acquire();
    const MappedFrame frame(info_, picture.get(), GST_MAP_WRITE);
    map_->from_future(newest, frame);
    telemetry_.add_run(static_cast<GstClockTime>(g_get_monotonic_time() - begin) * GST_USECOND);
  }
  *outcome = expected;
  return picture;
}

}  // namespace stip::gst
