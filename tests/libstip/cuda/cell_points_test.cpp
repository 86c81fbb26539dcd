#include "ops/cuda/cell_points.h"

#include <gtest/gtest.h>

#include "libstip/cuda/device_test.h"
#include "support/cell_case.h"

namespace stip {
namespace {

template <typename T>
class CellPointsTest : public test::DeviceTest {
 protected:
  // Kept until the test ends.
  T* put(const std::vector<double>& values) {
    arrays_.push_back(cuda::uploaded(std::vector<T>(values.begin(), values.end()), *stream));
    return arrays_.back().data();
  }
  // Room that nothing has written; its number, for found().
  T* room(std::size_t count) { return put(std::vector<double>(count, std::nan(""))); }
  std::vector<T> found(const T* place) {
    for (const auto& array : arrays_) {
      if (array.data() == place) return cuda::downloaded(array, *stream);
    }
    return {};
  }

  CellPoints<T> points_of(const test::CellCase& c) {
    CellPoints<T> points;
    points.rows = c.rows;
    points.inner = c.inner;
    points.of_t = put(c.of_t);
    points.of_s = put(c.of_s);
    points.temporal = put(c.temporal);
    points.spatial = put(c.spatial);
    return points;
  }

  std::vector<cuda::DeviceArray<T>> arrays_;
};

using CellTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(CellPointsTest, CellTypes);

// Samples and pixels as rows, whole blocks and rests.
const std::pair<int, int> kRows[] = {{1, 1}, {2, 64}, {3, 45}, {70, 8}, {1, 1000}};

TYPED_TEST(CellPointsTest, UpdateAsTheEquationsSay) {
  using T = TypeParam;
  const double most = sizeof(T) == 8 ? 1e-12 : 2e-6;
  for (const auto& [rows, inner] : kRows) {
    const test::CellCase c(rows, inner, 5);
    CellPoints<T> points = this->points_of(c);
    points.new_temporal = this->room(c.places());
    points.new_spatial = this->room(c.places());
    cuda::update_cells(points, this->stream->get());
    const auto temporal = this->found(points.new_temporal),
               spatial = this->found(points.new_spatial);
    for (std::size_t place = 0; place < c.places(); ++place) {
      const auto expected = c.update(place);
      ASSERT_NEAR(temporal[place], expected.temporal, most) << rows << " rows, " << place;
      ASSERT_NEAR(spatial[place], expected.spatial, most) << rows << " rows, " << place;
    }
  }
}

TYPED_TEST(CellPointsTest, HaveTheGradientsThatNumbersGive) {
  using T = TypeParam;
  const double most = sizeof(T) == 8 ? 1e-8 : 1e-5;
  for (const auto& [rows, inner] : kRows) {
    SCOPED_TRACE(rows);
    test::CellCase c(rows, inner, 6);
    CellGradient<T> gradient;
    gradient.points = this->points_of(c);
    gradient.of_new_temporal = this->put(c.of_new_temporal);
    gradient.of_new_spatial = this->put(c.of_new_spatial);
    gradient.of_t = this->room(4 * c.places());
    gradient.of_s = this->room(4 * c.places());
    gradient.of_temporal = this->room(c.places());
    gradient.of_spatial = this->room(c.places());
    cuda::cell_gradients(gradient, this->stream->get());
    const auto of_t = this->found(gradient.of_t), of_s = this->found(gradient.of_s);
    const auto of_temporal = this->found(gradient.of_temporal);
    const auto of_spatial = this->found(gradient.of_spatial);
    for (std::size_t place = 0; place < c.places(); ++place) {
      for (std::size_t part = 0; part < 4; ++part) {
        const std::size_t gate = c.gate(place, part);
        ASSERT_NEAR(of_t[gate], c.gradient(c.of_t[gate], place), most) << part << ", " << place;
        ASSERT_NEAR(of_s[gate], c.gradient(c.of_s[gate], place), most) << part << ", " << place;
      }
      ASSERT_NEAR(of_temporal[place], c.gradient(c.temporal[place], place), most) << place;
      ASSERT_NEAR(of_spatial[place], c.gradient(c.spatial[place], place), most) << place;
    }
  }
}

}  // namespace
}  // namespace stip
