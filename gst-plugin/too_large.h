#pragma once

namespace stip::gst {

/// What a user is told of pictures whose bytes GStreamer's numbers do not hold.
constexpr const char* kTooLarge =
    "Pictures of this size and format are more than GStreamer can handle; put videoscale before "
    "stippredict, with a smaller size.";

}  // namespace stip::gst
