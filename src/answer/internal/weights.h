/// Written by evals/fit.py: how much each measured feature speaks for a piece, in log odds.
#pragma once

#include <array>

#include "answer/internal/measured.h"

namespace hearth::answer {

struct Weights {
  double choosing = 0;  ///< Which piece is the best answer?
  double deciding = 0;  ///< Is the best piece an answer?
};

/// In the order of `Feature`.
constexpr std::array<Weights, kFeatures> kWeights = {{
    {-0.1763, 0.7931},   // Bias
    {0.2998, 0.9670},    // Meaning
    {-0.0066, 0.1352},   // MeaningHigh
    {-0.1961, -0.1270},  // Nearness
    {-0.0119, -0.0059},  // NotNear
    {0.3965, 0.4732},    // Own
    {0.7092, 0.6893},    // Close
    {0.6577, 0.8410},    // Around
    {0.2648, 0.0141},    // Exact
    {-0.2297, -0.4538},  // Names
    {-0.2281, -0.3041},  // Named
    {0.0000, 0.0000},    // NameLost
    {-0.2047, -0.2587},  // NumberLost
    {-0.1949, -0.7757},  // WorstLost
    {-0.2825, -0.5504},  // WorstLostClose
    {-0.5015, -0.7227},  // KeyUnmet
    {-0.2531, -0.6342},  // NounUnmet
    {-0.2695, -0.1467},  // NounUnmetClose
    {-0.5501, -0.9132},  // Thing
    {-0.0858, -0.2119},  // ThingWeak
    {0.3370, -0.3318},   // ThingAway
    {0.4048, 0.5008},    // ThingNear
    {0.0000, 0.0000},    // ThingLost
    {-0.0641, -0.2204},  // PlaceLost
    {0.0000, 0.0000},    // RequiredLost
    {0.0000, 0.0000},    // Conflict
    {-0.3281, -0.4681},  // Header
    {0.0000, 0.0000},    // Courtesy
    {0.0276, 0.0162},    // AsksItself
    {-0.0155, 0.0408},   // Heading
    {-0.2880, -0.0636},  // Row
    {0.0984, 0.2289},    // Message
    {-0.1176, -0.1265},  // Code
    {0.0988, 0.1621},    // Short
    {0.0119, 0.0059},    // InHit
    {0.5572, 0.4343},    // Rank
    {0.6050, 0.7452},    // Margin
    {0.1845, 0.2524},    // Lead
    {0.1821, 0.3217},    // Topic
    {-0.3316, -0.7361},  // Typed
    {0.1724, 0.3329},    // YesNo
    {0.1982, 0.3518},    // Telling
    {0.0981, 0.0984},    // Choosing
    {-0.0284, -0.1218},  // Person
    {-0.1867, -0.1513},  // Place
    {0.1388, -0.0694},   // Count
    {0.2079, 0.5467},    // MeaningAndWords
    {0.3567, 0.3678},    // TypedWords
}};

/// The deciding log odds above which a piece is shown. In cross-validation by library, no
/// unanswerable question of the fitting suites came above it.
constexpr double kFoundAbove = 2.565;

}  // namespace hearth::answer
