#include "data/synthetic_pattern.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

using Lanes = Texel::Lanes;

// Mostly muted, as what cameras see is.
Lanes random_colour(RandomStream& random) {
  const double grey = between(random, 15, 240), vivid = chance(random, 0.25) ? 90 : 25;
  Lanes colour = {0, 0, 0, 1};
  for (int c = 0; c < 3; ++c) {
    colour[c] = float(std::clamp(grey + between(random, -vivid, vivid), 2.0, 253.0));
  }
  return colour;
}

void fill(Texture& texture, const Lanes& colour) {
  for (Texel& texel : texture.texels) texel.lanes = colour;
}

// From one colour to another where `value` crosses zero, over about one texel.
Lanes mixed(const Lanes& a, const Lanes& b, float value) {
  const float share = std::clamp(value + 0.5f, 0.0f, 1.0f);
  return a + share * (b - a);
}

void clouds(RandomStream& random, Texture& texture) {
  const Lanes a = random_colour(random), b = random_colour(random), c = random_colour(random);
  const double coarsest = log_between(random, 4, 128), roughness = between(random, 0.3, 0.8);
  const auto fine = noise_plane(random, texture.width, texture.height, coarsest, roughness);
  const auto broad = noise_plane(random, texture.width, texture.height, 128, 0.35);
  for (std::size_t i = 0; i < texture.texels.size(); ++i) {
    const float x = std::clamp(0.5f + 0.28f * fine[i], 0.0f, 1.0f);
    const float y = std::clamp(0.5f + 0.3f * broad[i], 0.0f, 1.0f);
    texture.texels[i].lanes = a + x * (b - a) + 0.6f * y * (c - a);
  }
}

// Distance to the nearest edge of bars of `period`, in texels, positive in every second bar.
float bars(float along, float period, float share) {
  const float place = along / period - std::floor(along / period);
  const float middle = std::abs(place - 0.5f);  // 0.5 at the bar's middle
  return (middle - 0.5f * share) * period;
}

void stripes(RandomStream& random, Texture& texture, bool checks) {
  const Lanes a = random_colour(random), b = random_colour(random);
  const double angle = between(random, 0, 3.14159265);
  const float c = float(std::cos(angle)), s = float(std::sin(angle));
  const float period = float(log_between(random, 5, 64)),
              share = float(between(random, 0.25, 0.75));
  const float second = checks ? float(log_between(random, 5, 64)) : 1;
  const bool soft = chance(random, 0.3);
  const float bend = chance(random, 0.5) ? float(between(random, 0, 6)) : 0;
  const auto warp = noise_plane(random, texture.width, texture.height, 128, 0.3);
  for (int y = 0; y < texture.height; ++y) {
    for (int x = 0; x < texture.width; ++x) {
      const float off = bend * warp[std::size_t(y) * texture.width + x];
      float value = bars(c * x + s * y + off, period, share);
      if (checks) {
        const float other = bars(c * y - s * x, second, share);
        value = (value > 0) == (other > 0) ? std::min(std::abs(value), std::abs(other))
                                           : -std::min(std::abs(value), std::abs(other));
      }
      texture.at(x, y).lanes = mixed(a, b, soft ? 2 * value / period : value);
    }
  }
}

void fill_box(Texture& texture, double left, double top, double right, double bottom,
              const Lanes& colour) {
  const int x1 = std::min(texture.width, int(right)), y1 = std::min(texture.height, int(bottom));
  for (int y = std::max(0, int(top)); y < y1; ++y) {
    for (int x = std::max(0, int(left)); x < x1; ++x) texture.at(x, y).lanes = colour;
  }
}

void text(RandomStream& random, Texture& texture) {
  const Lanes paper = random_colour(random), ink = random_colour(random);
  fill(texture, paper);
  const double line = between(random, 8, 30), stroke = std::max(1.0, line / 9);
  for (double y = 2; y + line < texture.height; y += line * 1.5) {
    const double end = texture.width * (chance(random, 0.25) ? random.uniform() : 1.0);
    for (double x = 3; x < end; x += line * between(random, 0.45, 0.8)) {
      if (chance(random, 0.16)) continue;  // between words
      const double wide = line * 0.38;
      for (int part = 0; part < 3; ++part) {  // a letter: some strokes
        const double at = random.uniform();
        random.coin()
            ? fill_box(texture, x + at * wide, y, x + at * wide + stroke, y + line * 0.9, ink)
            : fill_box(texture, x, y + at * line * 0.8, x + wide, y + at * line * 0.8 + stroke,
                       ink);
      }
    }
  }
}

void gradient(RandomStream& random, Texture& texture) {
  Lanes corners[4];
  for (Lanes& corner : corners) corner = random_colour(random);
  for (int y = 0; y < texture.height; ++y) {
    const float v = float(y) / float(texture.height);
    const Lanes left = corners[0] + v * (corners[1] - corners[0]);
    const Lanes right = corners[2] + v * (corners[3] - corners[2]);
    for (int x = 0; x < texture.width; ++x) {
      texture.at(x, y).lanes = left + (float(x) / float(texture.width)) * (right - left);
    }
  }
}

// An ellipse or box, turned, with an edge one texel wide and its own light and grain.
void leaf(RandomStream& random, Texture& texture, double radius, Lanes colour) {
  const double cx = random.uniform() * texture.width, cy = random.uniform() * texture.height;
  const double angle = between(random, 0, 3.14159265), flat = between(random, 0.3, 1);
  const float c = float(std::cos(angle)), s = float(std::sin(angle));
  const float a = float(radius), b = float(radius * flat);
  for (int part = 0; part < 3; ++part) colour[part] += float(between(random, -12, 12));
  const float light = float(between(random, -0.35, 0.35)) / a;
  const bool box = random.coin();
  const int reach = int(radius * 1.45) + 2;
  for (int y = std::max(0, int(cy) - reach); y < std::min(texture.height, int(cy) + reach); ++y) {
    for (int x = std::max(0, int(cx) - reach); x < std::min(texture.width, int(cx) + reach); ++x) {
      const float dx = x - float(cx), dy = y - float(cy);
      const float u = c * dx + s * dy, v = c * dy - s * dx;
      const float inside = box ? std::min(a - std::abs(u), b - std::abs(v))
                               : b * (1 - std::sqrt(u * u / (a * a) + v * v / (b * b)));
      if (inside < -0.5f) continue;
      Texel& texel = texture.at(x, y);
      Lanes shaded = colour * (1 + light * u);
      shaded[3] = 1;
      texel.lanes = mixed(texel.lanes, shaded, inside);
    }
  }
}

// "Dead leaves": shapes of all sizes over each other have the statistics of natural pictures.
void leaves(RandomStream& random, Texture& texture) {
  gradient(random, texture);
  Lanes palette[6];
  for (Lanes& colour : palette) colour = random_colour(random);
  const double area = double(texture.width) * texture.height;
  const double smallest = log_between(random, 3, 14),
               largest = smallest * log_between(random, 4, 16);
  const double wanted = area * between(random, 0.4, 2);
  double covered = 0;
  while (covered < wanted) {
    // radius^-3 between the smallest and the largest
    const double u = random.uniform();
    const double radius = 1 / std::sqrt(u / (smallest * smallest) + (1 - u) / (largest * largest));
    leaf(random, texture, radius, palette[random.below(6)]);
    covered += 2.2 * radius * radius;
  }
}

void add_grain(RandomStream& random, Texture& texture, double strength) {
  const auto grain = noise_plane(random, texture.width, texture.height, log_between(random, 2, 16),
                                 between(random, 0.5, 1));
  for (std::size_t i = 0; i < grain.size(); ++i) {
    const float by = float(strength) * grain[i];
    texture.texels[i].lanes += Lanes{by, by, by, 0};
  }
}

}  // namespace

Texture random_pattern(RandomStream& random, int width, int height) {
  Texture texture(width, height);
  const double kind = random.uniform();
  if (kind < 0.4) {
    leaves(random, texture);
  } else if (kind < 0.7) {
    clouds(random, texture);
  } else if (kind < 0.77) {
    stripes(random, texture, false);
  } else if (kind < 0.84) {
    stripes(random, texture, true);
  } else if (kind < 0.92) {
    text(random, texture);
  } else {
    gradient(random, texture);
  }
  if (chance(random, 0.6)) add_grain(random, texture, log_between(random, 1, 14));
  for (Texel& texel : texture.texels) {
    for (int c = 0; c < 3; ++c) texel.lanes[c] = std::clamp(texel.lanes[c], 0.0f, 255.0f);
    texel.lanes[3] = 1;
  }
  return texture;
}

}  // namespace stip::training
