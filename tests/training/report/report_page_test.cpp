#include "report/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/base64.h"
#include "report/line_chart.h"
#include "support/temporary_folder.h"

namespace stip::training {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

Json iteration_record(int iteration, double frame) {
  return {{"iteration", iteration}, {"frame", frame}, {"rate", 0.1}, {"perceptual", 0.0}};
}

Json validation_record(int done, double psnr) {
  return {{"iteration", done},
          {"validation_psnr", psnr},
          {"validation", {{{"k", 1}, {"psnr", psnr}, {"copy_last", 30.0}}}}};
}

TEST(RunHistory, ReadsTheLogUpToTheCheckpointAndRepeatsNothing) {
  const test::TemporaryFolder folder;
  std::string log;
  for (int i = 0; i < 4; ++i) log += iteration_record(i, i + 1.0).dump() + "\n";
  log += validation_record(4, 31).dump() + "\n";
  log += iteration_record(4, 5).dump() + "\n{\"iteration\": 5, \"fra";  // killed here
  test::write_bytes(folder.file("log.jsonl"), log);
  RunHistory history;
  history.read_log(folder.file("log.jsonl"), 4);
  ASSERT_EQ(history.curve("frame").size(), 4u);
  EXPECT_EQ(history.curve("frame").back().iteration, 4);
  EXPECT_EQ(history.curve("frame").back().value, 4);
  ASSERT_EQ(history.curve("validation/psnr/1").size(), 1u);
  EXPECT_EQ(history.horizons(), 1);
  history.add(4, {{"frame", 9}});  // the same iteration again replaces it
  EXPECT_EQ(history.curve("frame").size(), 4u);
  EXPECT_EQ(history.curve("frame").back().value, 9);
  EXPECT_TRUE(history.curve("nosuch").empty());
}

TEST(RunHistory, ThinsLongCurves) {
  RunHistory history;
  for (int i = 1; i <= 90000; ++i) history.add(i, {{"frame", i}});
  EXPECT_LT(history.curve("frame").size(), 40000u);
  EXPECT_EQ(history.curve("frame").back().iteration, 90000);
}

TEST(LineChart, DrawsFiniteValuesOnly) {
  const Curve curve = {{1, 1}, {2, NAN}, {3, INFINITY}, {4, 0.01}}, none;
  const std::string chart = line_chart("a < b", {{"x", &curve}});
  EXPECT_THAT(chart, HasSubstr("a &lt; b"));
  EXPECT_THAT(chart, HasSubstr("<path class=line"));
  EXPECT_THAT(chart, Not(HasSubstr("nan")));
  EXPECT_THAT(chart, Not(HasSubstr("inf")));
  EXPECT_EQ(line_chart("t", {{"x", &none}}), "");
  const Curve zeros = {{1, 0}, {2, 0}};
  EXPECT_EQ(line_chart("t", {{"x", &zeros}}, true), "");
  EXPECT_THAT(line_chart("t", {{"x", &zeros}}), HasSubstr("<svg"));
}

TEST(LineChart, KeepsLongCurvesShort) {
  Curve curve;
  for (int i = 0; i < 30000; ++i) curve.push_back({i, double(i % 7)});
  EXPECT_LT(line_chart("t", {{"x", &curve}}).size(), 8000u);
}

TEST(ReportPage, IsOneSelfContainedPage) {
  RunHistory history;
  history.add(1, RunHistory::scalars(iteration_record(0, 0.5)));
  history.add(2, RunHistory::scalars(iteration_record(1, 0.4)));
  history.add(2, RunHistory::scalars(validation_record(2, 31.5)));
  ReportPage page;
  page.name = "run <1>";
  page.command = "fit --set 'a&b' \xe9";
  page.configuration = "model:\n  height: 16\n";
  page.done = 2;
  page.all = 10;
  page.newest = {{"street.mp4", "PNG"}};
  const std::string html = report_html(page, history);
  EXPECT_THAT(html, HasSubstr("run &lt;1&gt;"));
  EXPECT_THAT(html, HasSubstr("a&amp;b"));
  EXPECT_THAT(html, HasSubstr("Iteration 2 of 10"));
  EXPECT_THAT(html, HasSubstr("<td>31.50<td>30.00<td>+1.50"));
  EXPECT_THAT(html, HasSubstr("data:image/png;base64,UE5H"));
  EXPECT_THAT(html, HasSubstr("height: 16"));
  EXPECT_THAT(html, Not(HasSubstr("Perceptual loss")));  // it was always 0
  for (const char* outside : {"http:", "https:", "src='/", "<link", "<script", "@import", "url("}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(Base64, PadsAsTheStandardSays) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xff\xfe"), "///+");
}

}  // namespace
}  // namespace stip::training
