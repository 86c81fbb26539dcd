#include "base/atomic_file.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::read_bytes;
using test::TemporaryFolder;

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, AppearsWholeOnCommit) {
  const TemporaryFolder folder;
  AtomicFile file(folder.file("a"));
  file.write("hello", 5);
  EXPECT_FALSE(std::filesystem::exists(folder.file("a")));
  file.commit();
  EXPECT_EQ(read_bytes(folder.file("a")), "hello");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(AtomicFile, LeavesTheOldFileAndNoRestWithoutCommit) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("a"), "old");
  {
    AtomicFile file(folder.file("a"));
    file.write("new", 3);
  }
  EXPECT_EQ(read_bytes(folder.file("a")), "old");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(AtomicFile, GivesTheUsersPermissionsNotAPrivateFile) {
  const TemporaryFolder folder;
  const mode_t before = umask(022);
  write_file_atomically(folder.file("a"), "x");
  umask(before);
  struct stat info {};
  ASSERT_EQ(stat(folder.file("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
}

TEST(AtomicFile, SaysWhereItCouldNotWrite) {
  const TemporaryFolder folder;
  EXPECT_STIP_ERROR(AtomicFile(folder.file("no/such/folder")), ErrorCode::kWriteFailed,
                    "no/such/folder");
}

TEST(AtomicFile, ReportsADiskThatTakesNoMore) {
  const TemporaryFolder folder;
  AtomicFile file(folder.file("a"));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4096, before.rlim_max};
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string bytes(8192, 'x');
  EXPECT_STIP_ERROR(file.write(bytes.data(), bytes.size()), ErrorCode::kWriteFailed,
                    "could not write");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
}

TEST(AtomicFile, FollowsLinksAndWritesToDevicesDirectly) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("target"), "old");
  std::filesystem::create_symlink("target", folder.file("link"));
  write_file_atomically(folder.file("link"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
  EXPECT_EQ(read_bytes(folder.file("target")), "new");
  write_file_atomically("/dev/null", "gone");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace stip
