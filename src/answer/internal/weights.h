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
    {-2.4872, -2.5036},  // Bias
    {-0.0483, 0.1758},   // Meaning
    {-0.0866, 0.2419},   // MeaningHigh
    {0.0824, 0.2820},    // Nearness
    {-0.1539, -0.0770},  // NotNear
    {0.2747, 0.3784},    // Own
    {0.7848, 0.7936},    // Close
    {0.6755, 1.0336},    // Around
    {-0.0246, -0.2580},  // Exact
    {-0.5707, -0.9533},  // Names
    {-0.3247, -0.5893},  // Named
    {0.0000, 0.0000},    // NameLost
    {-0.3448, -0.5611},  // NumberLost
    {-0.0660, -0.6200},  // WorstLost
    {-0.3810, -0.5441},  // WorstLostClose
    {-0.2169, -0.3618},  // KeyUnmet
    {-0.2539, -0.6833},  // NounUnmet
    {-0.2837, -0.1580},  // NounUnmetClose
    {-0.5133, -0.8740},  // Thing
    {-0.3373, -0.1369},  // ThingWeak
    {0.3833, -0.1946},   // ThingAway
    {0.5973, 0.6247},    // ThingNear
    {0.0000, 0.0000},    // ThingLost
    {-0.0693, -0.2953},  // PlaceLost
    {0.0000, 0.0000},    // RequiredLost
    {0.0000, 0.0000},    // Conflict
    {-0.4037, -0.5325},  // Header
    {0.0000, 0.0000},    // Courtesy
    {0.0034, 0.0304},    // AsksItself
    {-0.0160, 0.1330},   // Heading
    {-0.1469, 0.2991},   // Row
    {0.0484, 0.0807},    // Message
    {-0.2180, -0.1998},  // Code
    {0.0415, 0.3418},    // Short
    {0.1539, 0.0770},    // InHit
    {1.0927, 1.1892},    // Rank
    {0.3119, 0.5686},    // Margin
    {0.7049, 0.6626},    // Lead
    {0.6916, 1.4267},    // Topic
    {-0.2470, -0.4731},  // Typed
    {0.2717, 0.5177},    // YesNo
    {0.0463, -0.0005},   // Telling
    {-0.1117, -0.3579},  // Choosing
    {0.1828, -0.0348},   // Person
    {-0.1303, -0.0022},  // Place
    {0.0034, -0.0676},   // Count
    {0.0763, 0.4384},    // MeaningAndWords
    {0.2256, 0.2532},    // TypedWords
    {0.5611, 0.6934},    // Absent
    {-0.0635, -0.0859},  // AbsentStrange
    {-0.1865, -0.0932},  // AbsentName
    {-0.3034, -0.3714},  // StrangeLost
    {-0.2214, -0.1260},  // StrangeLostClose
    {0.1212, 0.0763},    // RareOwn
    {0.6425, 0.5569},    // RareClose
    {0.5160, 0.6813},    // RareAround
    {-0.0082, -0.1930},  // RareLost
    {0.0046, -0.3284},   // PersonKeyUnmet
    {0.1283, 0.1046},    // TypedNounUnmet
    {-0.1805, -0.3649},  // NothingNew
    {-0.1160, -0.1790},  // Novelty
    {0.1980, 0.1222},    // GivesReason
    {0.1960, 0.4795},    // GivesRule
    {0.0011, 0.0226},    // Defines
}};

/// The deciding log odds above which a piece is shown. In cross-validation by library, 2 of
/// 201 unanswerable questions came above it.
constexpr double kFoundAbove = 2.924;

}  // namespace hearth::answer
