#include "answer/internal/keys.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "answer/internal/words.h"

namespace hearth::answer {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

// The name before a value in "key: value" and "KEY = value"; empty when there is none.
std::string_view key_before(std::string_view shown, std::size_t at) {
  const std::string_view before = shown.substr(0, at);
  const std::size_t mark = before.find_last_of(":=");
  if (mark == std::string_view::npos) return {};
  const std::size_t cut = before.substr(0, mark).find_last_of(";,({\n");
  return text::trim(before.substr(cut == std::string_view::npos ? 0 : cut + 1,
                                  mark - (cut == std::string_view::npos ? 0 : cut + 1)));
}

// In a table or a program the unit stands in the name: "price_eur: 549", "KEEP_DAYS=45".
bool key_says(Asked asked, std::string_view key) {
  std::string spaced(key);
  std::ranges::replace(spaced, '_', ' ');
  for (const Word& word : words_of(spaced)) {
    const std::string& w = word.lower;
    const bool money = is_one_of(
        w, {"eur", "euro", "euros", "usd", "gbp", "chf", "price", "cost", "costs", "fee", "rent",
            "amount", "total", "paid", "salary", "premium", "budget", "deposit", "sum"});
    const bool time = is_one_of(
        w, {"days", "day", "hours", "minutes", "seconds", "weeks", "months", "years", "secs", "sec",
            "ms", "duration", "timeout", "interval", "ttl", "age", "min", "h", "s"});
    const bool size = is_one_of(
        w, {"km",    "kg",  "cm",    "mm",    "m",      "l",       "ml",     "g",        "mb",
            "gb",    "kb",  "bytes", "size",  "weight", "height",  "length", "width",    "mileage",
            "limit", "max", "min",   "below", "above",  "percent", "rate",   "threshold"});
    if (asked == Asked::Money && money) return true;
    if ((asked == Asked::Duration || asked == Asked::Frequency) && time) return true;
    if ((asked == Asked::Quantity || asked == Asked::Amount) && (size || time || money))
      return true;
    if (asked == Asked::Date &&
        is_one_of(w, {"year", "due", "until", "date", "next", "expires", "before"})) {
      return true;
    }
  }
  return false;
}

bool key_measures(Measure measure, std::string_view key) {
  std::string spaced(key);
  std::ranges::replace(spaced, '_', ' ');
  return std::ranges::any_of(words_of(spaced), [&](const Word& word) {
    const std::string& w = word.lower;
    if (measure_of(w) == measure) return true;
    switch (measure) {
      case Measure::Mass:
        return is_one_of(w, {"weight", "mass"});
      case Measure::Length:
        return is_one_of(w, {"length", "width", "height", "depth", "distance", "size", "mileage"});
      case Measure::Temperature:
        return is_one_of(w, {"temp", "temperature"});
      case Measure::Volume:
        return is_one_of(w, {"volume", "capacity"});
      case Measure::Data:
        return is_one_of(w, {"size", "memory", "storage"});
      case Measure::Any:
        return true;
    }
    return false;
  });
}

}  // namespace hearth::answer
