#pragma once

#include <functional>
#include <string>

namespace stip::training {

/// Makes frames and list files (list_file.h) of a published data set, for the preset of its name:
/// pictures of the preset's size under TARGET/NAME/, TARGET/NAME/train.txt and test.txt.
///
/// - ucfsport: SOURCE holds a folder of frames for each clip at any depth (frames in a folder `gt`
///   beside them are left out), scaled to 512x512, {i}.png from 0. Every tenth clip is for testing.
/// - human36m: SOURCE holds S1/Videos/*.mp4 and so on; every fifth frame, scaled to 1024x1024,
///   {prefix}{i:06d}.jpg with prefix SUBJECT_VIDEO_. S9 and S11 are for testing.
/// - sjtu4k: SOURCE holds videos of 3840x2160; {i}.png from 0. Every fifth is for testing.
///
/// A line of a list is a clip of 10 frames (8 for the last two); clips do not overlap. kWrongKind
/// if nothing fits, kWriteFailed; what was made before stays. `progress` gets each clip's name.
void prepare_data_set(const std::string& name, const std::string& source, const std::string& target,
                      const std::function<void(const std::string&)>& progress);

}  // namespace stip::training
