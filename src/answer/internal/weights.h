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
    {-2.5792, -2.8858},  // Bias
    {-0.0264, 0.1668},   // Meaning
    {-0.0847, 0.2509},   // MeaningHigh
    {0.0549, 0.2633},    // Nearness
    {-0.1548, -0.2022},  // NotNear
    {0.2560, 0.3656},    // Own
    {0.7398, 0.7695},    // Close
    {0.6300, 0.9717},    // Around
    {-0.0356, -0.2572},  // Exact
    {-0.5660, -0.9522},  // Names
    {-0.3214, -0.5833},  // Named
    {0.0000, 0.0000},    // NameLost
    {-0.3420, -0.5515},  // NumberLost
    {-0.1037, -0.6097},  // WorstLost
    {-0.4245, -0.6268},  // WorstLostClose
    {-0.2289, -0.3624},  // KeyUnmet
    {-0.2476, -0.6465},  // NounUnmet
    {-0.2948, -0.1949},  // NounUnmetClose
    {-0.5188, -0.8872},  // Thing
    {-0.3368, -0.1450},  // ThingWeak
    {0.4310, -0.1441},   // ThingAway
    {0.6025, 0.6253},    // ThingNear
    {0.0000, 0.0000},    // ThingLost
    {-0.0681, -0.2982},  // PlaceLost
    {0.0000, 0.0000},    // RequiredLost
    {0.0000, 0.0000},    // Conflict
    {0.0000, 0.0000},    // Header
    {0.0000, 0.0000},    // Courtesy
    {0.0019, 0.0286},    // AsksItself
    {-0.0224, 0.1307},   // Heading
    {-0.1472, 0.2905},   // Row
    {0.0255, 0.0450},    // Message
    {-0.2257, -0.2065},  // Code
    {0.0815, 0.3396},    // Short
    {0.1548, 0.2022},    // InHit
    {0.9967, 1.0525},    // Rank
    {0.2620, 0.3997},    // Voices
    {0.2847, 0.5507},    // Margin
    {0.7367, 0.7040},    // Lead
    {0.7120, 1.4638},    // Topic
    {-0.2141, -0.4342},  // Typed
    {0.2666, 0.5111},    // YesNo
    {0.0336, -0.0157},   // Telling
    {-0.1147, -0.3658},  // Choosing
    {0.2046, -0.0100},   // Person
    {-0.1321, -0.0123},  // Place
    {0.0018, -0.0653},   // Count
    {0.0757, 0.4631},    // MeaningAndWords
    {0.1937, 0.2196},    // TypedWords
    {0.5717, 0.6789},    // Absent
    {-0.0681, -0.1162},  // AbsentStrange
    {-0.1818, -0.0909},  // AbsentName
    {-0.2979, -0.3250},  // StrangeLost
    {-0.2327, -0.1029},  // StrangeLostClose
    {0.1445, 0.0818},    // RareOwn
    {0.6497, 0.5523},    // RareClose
    {0.5048, 0.6560},    // RareAround
    {-0.0054, -0.1590},  // RareLost
    {0.0067, -0.3219},   // PersonKeyUnmet
    {0.1056, 0.0675},    // TypedNounUnmet
    {-0.1835, -0.3512},  // NothingNew
    {-0.1294, -0.1429},  // Novelty
    {0.1975, 0.1212},    // GivesReason
    {0.1916, 0.4706},    // GivesRule
    {0.0020, 0.0235},    // Defines
}};

/// The deciding log odds above which a piece is shown. In cross-validation by library, 2 of
/// 201 unanswerable questions came above it.
constexpr double kFoundAbove = 2.999;

}  // namespace hearth::answer
