#include "feed.h"

#include "caps_map.h"
#include "frame_metas.h"
#include "mapped_frame.h"
#include "segment_rules.h"
#include "side_by_side.h"
#include "stip/error.h"

namespace stip::gst {
namespace {

constexpr std::size_t kFramesOfTheInput = 3;

}  // namespace

Feed::Feed(OutputQueue& queue, OutletKind kind, std::string name)
    : queue_(queue), kind_(kind), name_(std::move(name)) {
  if (kind == OutletKind::kOriginal) view_.output = Output::kOriginal;
  gst_segment_init(&segment_, GST_FORMAT_TIME);
}

void Feed::clear() {
  caps_.reset();
  pushed_caps_.reset();
  start_.reset();
  segment_event_.reset();
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  timeline_ = {};
  pool_.reset();
  double_pool_.reset();
  discont_ = true;
}

void Feed::restart() {
  segment_event_.reset();  // even the same segment is another place now
  pushed_caps_.reset();
  discont_ = true;
}

void Feed::adopt(const View& view) {
  const bool other = view.output != view_.output;
  view_ = view;
  if (other) ++turn_;
  queue_.set_limit(shows_predictions(view) ? static_cast<std::size_t>(view.horizon) + 2
                                           : kFramesOfTheInput);
  if (caps_ != nullptr && (other || pushed_caps_ == nullptr)) push_caps();
}

void Feed::send(EventPtr event) {
  switch (GST_EVENT_TYPE(event.get())) {
    case GST_EVENT_STREAM_START:
      if (start_.get() == event.get()) return;
      restart();
      start_ = share(event.get());
      event = with_own_stream_id(std::move(event));
      break;
    case GST_EVENT_CAPS:
      return set_caps(event);
    case GST_EVENT_SEGMENT:
      return send_segment(std::move(event));
    default:
      break;
  }
  queue_.push(as_item(std::move(event)));
}

EventPtr Feed::with_own_stream_id(EventPtr event) const {
  if (kind_ == OutletKind::kMain) return event;
  const char* upstream = nullptr;
  gst_event_parse_stream_start(event.get(), &upstream);
  EventPtr own(gst_event_new_stream_start((std::string(upstream) + "/" + name_).c_str()));
  guint group = 0;
  if (gst_event_parse_group_id(event.get(), &group)) gst_event_set_group_id(own.get(), group);
  GstStreamFlags flags{};
  gst_event_parse_stream_flags(event.get(), &flags);
  gst_event_set_stream_flags(own.get(), flags);
  gst_event_set_seqnum(own.get(), gst_event_get_seqnum(event.get()));
  return own;
}

void Feed::send_segment(EventPtr event) {
  if (segment_event_.get() == event.get()) return;
  const bool had_one = segment_event_ != nullptr;
  segment_event_ = share(event.get());
  GstSegment segment;
  gst_event_copy_segment(event.get(), &segment);
  if (caps_ != nullptr) push_caps();
  queue_.push(as_item(std::move(event)));
  const bool same_place = had_one && continues(segment_, segment);
  segment_ = segment;
  if (same_place) {
    timeline_.update(segment);
  } else {
    timeline_.restart(segment);
    discont_ = true;
  }
}

void Feed::set_caps(const EventPtr& event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event.get(), &caps);
  if (caps_ == nullptr || !gst_caps_is_equal(caps_.get(), caps)) {
    auto pool = std::make_unique<FramePool>(caps, gpu_);
    caps_ = share(caps);
    info_ = pool->info();
    pool_ = std::move(pool);
    double_pool_.reset();
  }
  push_caps();
}

void Feed::push_caps() {
  const bool twice = view_.output == Output::kSideBySide;
  CapsPtr caps = twice ? double_width(caps_.get()) : share(caps_.get());
  if (gst_caps_is_empty(caps.get())) {
    throw Error(ErrorCode::kInvalidArgument, "The picture is too wide to be shown twice.");
  }
  if (twice && double_pool_ == nullptr) {
    double_pool_ = std::make_unique<FramePool>(caps.get(), gpu_);
  }
  if (pushed_caps_ != nullptr && gst_caps_is_equal(pushed_caps_.get(), caps.get())) return;
  queue_.push(as_item(EventPtr(gst_event_new_caps(caps.get()))));
  pushed_caps_ = std::move(caps);
}

void Feed::push_frame(BufferPtr buffer) {
  // After a flush no caps have been sent again yet where no SEGMENT came.
  if (pushed_caps_ == nullptr) push_caps();
  queue_.push(as_item(std::move(buffer)), share(pushed_caps_.get()), when_full());
}

void Feed::push_gap(const std::optional<Gap>& gap, OutputQueue::Full full) {
  if (!gap.has_value()) return;
  EventPtr event(gst_event_new_gap(gap->start, gap->duration));
  if (gap->missing_data) gst_event_set_gap_flags(event.get(), GST_GAP_FLAG_MISSING_DATA);
  queue_.push(as_item(std::move(event)), nullptr, full);
}

void Feed::announce_warm_up(int context, GstClockTime d) {
  if (!shows_predictions(view_) || caps_ == nullptr || segment_event_ == nullptr) return;
  if (!predictable(segment_)) return;
  int frames = context - 1;
  if (view_.timestamps == Timestamps::kTarget) frames += view_.horizon;
  if (frames == 0) return;
  const bool known = GST_CLOCK_TIME_IS_VALID(d);
  // Once, and by whoever must not wait.
  push_gap(timeline_.warm_up(known ? static_cast<GstClockTime>(frames) * d : d),
           OutputQueue::Full::kExceed);
}

GstClockTime Feed::running_time(GstClockTime pts) const {
  return gst_segment_to_running_time(&segment_, GST_FORMAT_TIME, pts);
}

GstClockTime Feed::stream_time(GstClockTime pts) const {
  return gst_segment_to_stream_time(&segment_, GST_FORMAT_TIME, pts);
}

void Feed::push(BufferPtr picture, GstClockTime pts, GstClockTime d) {
  GST_BUFFER_PTS(picture.get()) = pts;
  GST_BUFFER_DURATION(picture.get()) = d;
  if (discont_) GST_BUFFER_FLAG_SET(picture.get(), GST_BUFFER_FLAG_DISCONT);
  discont_ = false;
  push_gap(timeline_.push(pts, d), when_full());
  push_frame(std::move(picture));
}

void Feed::skip(GstClockTime pts, GstClockTime d) {
  // GAPs must not take the room of predictions. Where something waits to be shown anyway, the time
  // stays uncovered and the next frame tells.
  const bool now = waits_ || queue_.has_no_frame();
  if (GST_CLOCK_TIME_IS_VALID(pts) && now) push_gap(timeline_.skip(pts, d), when_full());
}

void Feed::skip_anywhere(GstClockTime pts, GstClockTime d) {
  if (GST_CLOCK_TIME_IS_VALID(pts) && has_room()) push_gap(Gap{pts, d, true}, when_full());
}

void Feed::forward_gap(EventPtr event) { queue_.push(as_item(std::move(event))); }

void Feed::pass(BufferPtr buffer, GstClockTime d) {
  timeline_.pass(GST_BUFFER_PTS(buffer.get()), d);
  push_frame(std::move(buffer));
}

void Feed::show(BufferPtr buffer, GstClockTime d) {
  timeline_.overtake();
  pass(std::move(buffer), d);
}

BufferPtr Feed::side_by_side(GstBuffer* left, GstBuffer* right) {
  BufferPtr both = double_pool_->acquire();
  {
    const MappedFrame left_frame(info_, left, GST_MAP_READ);
    const MappedFrame right_frame(info_, right, GST_MAP_READ);
    const MappedFrame both_frame(double_pool_->info(), both.get(), GST_MAP_WRITE);
    copying_to(both.get(), [&](const CopyRows& copy_rows) {
      compose_side_by_side(left_frame.get(), right_frame.get(), both_frame.get(), copy_rows);
    });
  }
  copy_stamps(left, both.get());
  copy_metas(left, both.get());
  return both;
}

}  // namespace stip::gst
