#include "folder_lock.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "stip/error.h"

namespace stip::training {
namespace {

// False for a file that the process which had the lock before has removed meanwhile.
bool is_at(int descriptor, const std::string& path) {
  struct stat opened {};
  struct stat there {};
  return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &there) == 0 &&
         opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

}  // namespace

FolderLock::FolderLock(const std::string& folder)
    : folder_(folder), path_(folder + "/.stip-train.lock") {
  for (;;) {
    descriptor_ = open_file();
    if (!lock(descriptor_) || is_at(descriptor_, path_)) return;
    close(descriptor_);
  }
}

// Removed while it is still locked: who waits with the old file notices, see is_at().
FolderLock::~FolderLock() {
  unlink(path_.c_str());
  close(descriptor_);
}

int FolderLock::open_file() const {
  const int descriptor = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor >= 0) return descriptor;
  throw Error(ErrorCode::kWriteFailed, "the folder " + folder_ + " cannot be written to: " +
                                           std::strerror(errno) + "; give another folder with -o");
}

// False where there are no locks.
bool FolderLock::lock(int descriptor) const {
  int result = 0;
  do {
    result = flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return true;
  if (errno == EWOULDBLOCK) {
    close(descriptor);
    throw Error(ErrorCode::kInvalidArgument,
                "another stip-train is using the folder " + folder_ +
                    "; wait for it to end, or give another folder with -o");
  }
  spdlog::warn("the folder {} cannot be locked ({}): start no second stip-train in it", folder_,
               std::strerror(errno));
  return false;
}

}  // namespace stip::training
